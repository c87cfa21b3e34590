import type { Guard, ReadWriteLock, UpgradableGuard, WriteGuard } from 'valvekit';
import { ReadWriteLockModel } from '../models/rwlock.ts';
import type { Environment } from './environment.ts';
import { ModelSubject } from './model-subject.ts';
import { isGuarded, type Program, wordsOf } from './program.ts';
import { type Library, RealSubject, refusalOf } from './real-subject.ts';
import type { Host } from './subject.ts';

export class RealReadWriteLock extends RealSubject<Guard> {
  private readonly lock: ReadWriteLock;

  constructor(program: Program, host: Host, environment: Environment, library: Library) {
    super(program, host, environment);
    this.lock = library.createReadWriteLock(program.policy && { policy: program.policy });
  }

  ask(id: string, told: (refusal?: string) => void): void {
    const { form = 'callback', kind = 'read', of } = this.request(id);
    const options = this.options(id);
    if (form === 'upgrade') {
      this.follow((this.guards.get(of ?? '') as UpgradableGuard).upgrade(options), told);
    } else if (form === 'callback') {
      const callback = (error?: unknown) => told(refusalOf(error));
      if (kind === 'read') this.lock.readLock(callback, options);
      else this.lock.writeLock(callback, options);
    } else if (form === 'promise') {
      this.follow(kind === 'read' ? this.lock.readLock(options) : this.lock.writeLock(options), told);
    } else {
      this.scoped(id, told, this.lock[kind]);
    }
  }

  try(id: string): boolean {
    const { form, kind = 'read' } = this.request(id);
    if (form === 'tryGuard') return this.keep(id, this.lock[kind].tryAcquire());
    return kind === 'read' ? this.lock.tryReadLock() : this.lock.tryWriteLock();
  }

  cancel(): void {
    this.lock.cancel();
  }

  over(): void {
    this.lock.unlock();
  }

  override other(action: string): void {
    const [verb, id] = wordsOf(action);
    if (verb !== 'downgrade') super.other(action);
    this.guards.set(id, (this.guards.get(id) as WriteGuard).downgrade());
  }

  state(): string {
    const { isLocked, readers, waiting, waitingReaders, waitingWriters } = this.lock;
    return [
      `isLocked=${isLocked} readers=${readers} waiting=${waiting}`,
      `waitingReaders=${waitingReaders} waitingWriters=${waitingWriters}`,
    ].join(' ');
  }

  protected unlock(): void {
    this.lock.unlock();
  }
}

export class ModeledReadWriteLock extends ModelSubject<ReadWriteLockModel> {
  private readonly kinds: Map<string, string> = new Map();

  constructor(program: Program, host: Host) {
    super(program, host, new ReadWriteLockModel(program.policy));
  }

  override ask(id: string, told: (refusal?: string) => void): void {
    const { form, of = '' } = this.program.requests[id] ?? {};
    if (form !== 'upgrade') {
      super.ask(id, told);
      return;
    }
    const upgraded = (refusal?: string) => {
      if (refusal === undefined) this.kinds.set(of, 'write');
      told(refusal);
    };
    const ask = this.request(id, upgraded);
    this.model.ask(Object.assign(ask, { kind: 'upgrade', priority: Number.POSITIVE_INFINITY }));
  }

  release(id: string): void {
    const request = this.program.requests[id] ?? {};
    if (isGuarded(request)) this.model.release(this.kinds.get(id) ?? request.kind ?? 'read', true);
    else this.model.release();
  }

  over(): void {
    this.model.release();
  }

  override other(action: string): void {
    const [verb, id] = wordsOf(action);
    if (verb !== 'downgrade') super.other(action);
    this.kinds.set(id, 'read');
    this.model.downgrade();
  }
}
