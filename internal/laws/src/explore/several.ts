import type { Guard, Lockable, Mutex, ReadWriteLock, Semaphore, WriteGuard } from 'valvekit';
import { misuse } from '../models/misuse.ts';
import { type JointAsk, SeveralModel } from '../models/several.ts';
import type { Environment } from './environment.ts';
import { type Program, type Request, wordsOf } from './program.ts';
import { type Library, RealSubject, refusalOf } from './real-subject.ts';
import type { Host, Subject } from './subject.ts';
import { isJoint, itemOf, locksOf, wantsOf } from './wants.ts';

type Side = 'read' | 'write' | 'upgradable';
type Item = Parameters<Library['tryAcquireAll']>[0] extends Iterable<infer Each> ? Each : never;

/** Several locks, and requests for one or more of them. */
export class RealSeveral extends RealSubject {
  protected readonly library: Library;
  private readonly locks: Map<string, Mutex | Semaphore | ReadWriteLock> = new Map();

  constructor(program: Program, host: Host, environment: Environment, library: Library) {
    super(program, host, environment);
    this.library = library;
    for (const [name, { kind, capacity, policy }] of locksOf(program))
      this.locks.set(name, this.make(kind, capacity, policy));
  }

  ask(id: string, told: (refusal?: string) => void): void {
    const request = this.request(id);
    if (request.form === 'callback') this.withCallback(request, (error) => told(refusalOf(error)), this.options(id));
    else if (request.form === 'upgrade') this.upgrade(id, told);
    else if (request.form === 'inside') this.inside(id, told);
    else this.scoped(id, told, this.target(request));
  }

  try(id: string): boolean {
    return this.keep(id, this.target(this.request(id)).tryAcquire());
  }

  cancel(): void {
    for (const lock of this.locks.values()) lock.cancel();
  }

  over(): void {
    throw new Error('other programs release too much');
  }

  override other(action: string): void {
    const [verb, object] = wordsOf(action);
    const [name = '', value] = object.split('=');
    if (verb === 'cancelLock') this.locks.get(name)?.cancel();
    else if (verb === 'capacity') (this.locks.get(name) as Semaphore).capacity = Number(value);
    else if (verb === 'downgrade') this.guards.set(name, (this.guards.get(name) as WriteGuard).downgrade());
    else super.other(action);
  }

  state(): string {
    return [...this.locks].map(([name, lock]) => `${name}: ${this.stateOf(lock)}`).join(' ');
  }

  protected override options(id: string): ReturnType<RealSubject['options']> {
    const { wants = [] } = this.request(id);
    const [only = ''] = wants;
    const { permits } = itemOf(only);
    return { ...super.options(id), ...(!isJoint(this.request(id)) && permits > 1 && { permits }) };
  }

  protected unlock({ wants: [only = ''] = [] }: Request): void {
    const { lock: name, permits } = itemOf(only);
    const lock = this.locks.get(name);
    if (lock instanceof this.library.Semaphore) lock.release(permits);
    else lock?.unlock();
  }

  /** What a request asks: one lock by its own methods, or several by the functions. */
  private target(request: Request): Lockable {
    const { wants = [] } = request;
    const [only = ''] = wants;
    if (!isJoint(request)) return this.lockable(only);
    const { acquireAll, sandboxAll, tryAcquireAll } = this.library;
    const items = wants.map((item) => this.item(item));
    return {
      acquire: (options) => acquireAll(items, options),
      tryAcquire: () => tryAcquireAll(items),
      sandbox: (fn, options) => sandboxAll(items, fn, options),
    };
  }

  protected item(text: string): Item {
    const { permits } = itemOf(text);
    const lock = this.lockable(text);
    return permits > 1 ? [lock, { permits }] : lock;
  }

  protected lockable(text: string): Lockable {
    const { lock: name, side } = itemOf(text);
    const lock = this.locks.get(name);
    return side === '' ? (lock as Lockable) : (lock as ReadWriteLock)[side as Side];
  }

  private make(kind: string, capacity: number, policy: 'fair' | 'readers'): Mutex | Semaphore | ReadWriteLock {
    const { createMutex, createReadWriteLock, createSemaphore } = this.library;
    if (kind === 'mutex') return createMutex();
    return kind === 'semaphore' ? createSemaphore(capacity) : createReadWriteLock({ policy });
  }

  private withCallback(
    { wants: [only = ''] = [] }: Request,
    callback: (error?: unknown) => void,
    options: object,
  ): void {
    const { lock: name, side } = itemOf(only);
    const lock = this.locks.get(name);
    if (lock instanceof this.library.ReadWriteLock) lock[side === 'read' ? 'readLock' : 'writeLock'](callback, options);
    else if (lock instanceof this.library.Semaphore) lock.take(callback, options);
    else lock?.lock(callback, options);
  }

  /** A sandbox whose function returns nothing: the hold ends with it. */
  private inside(id: string, told: (refusal?: string) => void): void {
    const promise = this.target(this.request(id)).sandbox(() => told(), this.options(id));
    promise.catch((error: unknown) => told(refusalOf(error)));
  }

  private upgrade(id: string, told: (refusal?: string) => void): void {
    const guard = this.guards.get(this.request(id).of ?? '') as Guard & { upgrade(options: object): Promise<void> };
    this.follow(guard.upgrade(this.options(id)), told);
  }

  private stateOf(lock: Mutex | Semaphore | ReadWriteLock): string {
    const { waiting } = lock;
    if (lock instanceof this.library.Semaphore) {
      return `available=${lock.available} capacity=${lock.capacity} waiting=${waiting}`;
    }
    const readers = lock instanceof this.library.ReadWriteLock ? ` readers=${lock.readers}` : '';
    return `isLocked=${lock.isLocked}${readers} waiting=${waiting}`;
  }
}

/** The model of several locks behind the interface of a subject. */
export class ModeledSeveral implements Subject {
  protected readonly model: SeveralModel;
  private readonly program: Program;
  private readonly host: Host;
  private readonly asks: Map<string, JointAsk> = new Map();

  constructor(program: Program, host: Host, model: SeveralModel = new SeveralModel(locksOf(program))) {
    this.program = program;
    this.host = host;
    this.model = model;
    model.report = (error) => host.report(error);
  }

  ask(id: string, told: (refusal?: string) => void): void {
    const { form = 'acquire' } = this.request(id);
    let hasReturned = false;
    let late: (() => void) | undefined;
    const ask = this.askOf(id, (refusal) => {
      if (!hasReturned && form === 'callback' && refusal === 'RangeError') throw misuse(refusal);
      // A promise can be told only once its caller has it.
      if (!hasReturned && form !== 'callback' && (form !== 'inside' || refusal !== undefined)) {
        late = () => told(refusal);
        return;
      }
      told(refusal);
      if (refusal === undefined && form === 'inside') this.model.release(ask);
    });
    this.model.ask(ask);
    hasReturned = true;
    late?.();
  }

  try(id: string): boolean {
    return this.model.try(this.askOf(id, () => {}));
  }

  release(id: string): void {
    const ask = this.asks.get(id);
    if (ask) this.model.release(ask);
  }

  again(): void {}

  abort(signal: number): void {
    this.model.aborted.add(signal);
    if (!this.host.early(signal)) this.model.abort(signal);
  }

  expire(id: string): void {
    const ask = this.asks.get(id);
    if (ask) this.model.giveUp(ask, 'timeout');
  }

  cancel(): void {
    this.model.cancelEach();
  }

  over(): void {
    throw new Error('other programs release too much');
  }

  other(action: string): void {
    const [verb, object] = wordsOf(action);
    const [name = '', value] = object.split('=');
    const ask = this.asks.get(object);
    if (verb === 'cancelLock') this.model.cancel(name);
    else if (verb === 'cancelAll') this.model.cancel();
    else if (verb === 'capacity') this.model.resize(name, Number(value));
    else if (verb === 'downgrade' && ask) this.model.downgrade(ask);
    else throw new Error(`unknown: ${action}`);
  }

  state(): string {
    return this.model.state();
  }

  resources(): string {
    const waiting = [...this.asks].filter(([, ask]) => this.model.isWaiting(ask)).map(([id]) => this.request(id));
    const timers = waiting.filter(({ patience }) => patience === 'timed').length;
    const signals = new Set(waiting.map(({ signal }) => signal).filter((signal) => signal !== undefined));
    return `timers=${timers} listening=${[...signals].sort((a, b) => a - b).join()}`;
  }

  private request(id: string): Request {
    return this.program.requests[id] ?? {};
  }

  private askOf(id: string, told: (refusal?: string) => void): JointAsk {
    const request = this.request(id);
    const { form = 'acquire', of = '', patience, priority, signal } = request;
    const isTry = form === 'tryGuard';
    const upgrades = this.asks.get(of);
    const ask: JointAsk = {
      ...(upgrades && { upgrades }),
      wants: upgrades
        ? upgrades.wants.map((want) => ({ ...want, side: 'upgrade' }))
        : wantsOf(request, this.model.locks),
      isJoint: isJoint(request) && !upgrades,
      ...(!isTry && priority !== undefined && { priority }),
      ...(!isTry && signal !== undefined && { signal }),
      impatient: patience === 'impatient',
      told,
    };
    this.asks.set(id, ask);
    return ask;
  }
}
