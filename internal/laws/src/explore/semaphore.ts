import type { Semaphore } from 'valvekit';
import { SemaphoreModel } from '../models/semaphore.ts';
import type { Environment } from './environment.ts';
import { ModelSubject } from './model-subject.ts';
import { isGuarded, isPromised, type Program, type Request, wordsOf } from './program.ts';
import { type Library, RealSubject, refusalOf } from './real-subject.ts';
import type { Host } from './subject.ts';

/** More than any program takes. */
const TOO_MANY = 99;

export class RealSemaphore extends RealSubject {
  private readonly semaphore: Semaphore;

  constructor(program: Program, host: Host, environment: Environment, library: Library) {
    super(program, host, environment);
    this.semaphore = library.createSemaphore(program.capacity);
  }

  ask(id: string, told: (refusal?: string) => void): void {
    const { form = 'callback' } = this.request(id);
    if (form === 'callback') this.semaphore.take((error) => told(refusalOf(error)), this.options(id));
    else if (form === 'promise') this.follow(this.semaphore.take(this.options(id)), told);
    else this.scoped(id, told, this.semaphore);
  }

  try(id: string): boolean {
    const { form, permits } = this.request(id);
    if (form === 'try') return this.semaphore.tryTake(permits);
    return this.keep(id, this.semaphore.tryAcquire(permits));
  }

  cancel(): void {
    this.semaphore.cancel();
  }

  over(): void {
    this.semaphore.release(TOO_MANY);
  }

  override other(action: string): void {
    const [verb, value] = wordsOf(action);
    if (verb !== 'capacity') super.other(action);
    this.semaphore.capacity = Number(value);
  }

  state(): string {
    const { available, capacity, waiting } = this.semaphore;
    return `available=${available} capacity=${capacity} waiting=${waiting}`;
  }

  protected unlock({ permits }: Request): void {
    this.semaphore.release(permits);
  }
}

export class ModeledSemaphore extends ModelSubject<SemaphoreModel> {
  constructor(program: Program, host: Host) {
    super(program, host, new SemaphoreModel(program.capacity));
  }

  override ask(id: string, told: (refusal?: string) => void): void {
    if (!isPromised(this.program.requests[id] ?? {})) {
      super.ask(id, told);
      return;
    }
    try {
      super.ask(id, told);
    } catch (error) {
      told((error as Error).name);
    }
  }

  release(id: string): void {
    const request = this.program.requests[id] ?? {};
    this.model.release(request.permits ?? 1, isGuarded(request));
  }

  over(): void {
    this.model.release(TOO_MANY);
  }

  override other(action: string): void {
    const [verb, value] = wordsOf(action);
    if (verb !== 'capacity') super.other(action);
    this.model.resize(Number(value));
  }
}
