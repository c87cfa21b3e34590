import type { Mutex } from 'valvekit';
import { MutexModel } from '../models/mutex.ts';
import type { Environment } from './environment.ts';
import { ModelSubject } from './model-subject.ts';
import type { Program } from './program.ts';
import { type Library, RealSubject, refusalOf } from './real-subject.ts';
import type { Host } from './subject.ts';

export class RealMutex extends RealSubject {
  private readonly mutex: Mutex;

  constructor(program: Program, host: Host, environment: Environment, library: Library) {
    super(program, host, environment);
    this.mutex = library.createMutex();
  }

  ask(id: string, told: (refusal?: string) => void): void {
    const { form = 'callback' } = this.request(id);
    if (form === 'callback') this.mutex.lock((error) => told(refusalOf(error)), this.options(id));
    else if (form === 'promise') this.follow(this.mutex.lock(this.options(id)), told);
    else this.scoped(id, told, this.mutex);
  }

  try(id: string): boolean {
    if (this.request(id).form === 'try') return this.mutex.tryLock();
    return this.keep(id, this.mutex.tryAcquire());
  }

  cancel(): void {
    this.mutex.cancel();
  }

  over(): void {
    this.mutex.unlock();
  }

  state(): string {
    return `isLocked=${this.mutex.isLocked} waiting=${this.mutex.waiting}`;
  }

  protected unlock(): void {
    this.mutex.unlock();
  }
}

export class ModeledMutex extends ModelSubject<MutexModel> {
  constructor(program: Program, host: Host) {
    super(program, host, new MutexModel());
  }

  release(id: string): void {
    this.model.release(this.asks.get(id));
  }

  over(): void {
    this.model.release();
  }
}
