import { InvalidStateError } from '@valvekit/core';
import { checkedCapacity, checkedName } from './arguments.ts';
import { background, LONGEST_TIMER, type Timer } from './background.ts';
import { LocalClock } from './clock.ts';
import type { FencedLease, LockState, RemoteLock, WriteLease } from './contract.ts';
import { HeldLease, HeldWriteLease } from './held-lease.ts';
import type { Sample } from './hold.ts';
import { Keeper } from './keeper.ts';
import { LocalLine } from './local-line.ts';
import { type FamilyTerms, readCloseOptions } from './options.ts';
import type { LockId, Push, Store } from './store.ts';
import { failureOf } from './store-error.ts';
import { type Door, type Shape, StoredLock } from './stored-lock.ts';
import type { Surroundings } from './surroundings.ts';
import type { Terms } from './terms.ts';
import { titleOf } from './title.ts';
import { Waiter } from './waiter.ts';

// A reader takes one permit, and a writer all. There are never as many readers as this.
const READERS = 1e9;

/** The locks of one process in one store. */
export class Family implements Surroundings, Door {
  readonly store: Store;
  readonly terms: FamilyTerms;
  readonly keeper: Keeper;
  sample: Sample | undefined = undefined;
  isClosed = false;
  readonly #clock: LocalClock = new LocalClock();
  readonly #lines = new Map<string, LocalLine>();
  #ids = 0;
  #listening: Promise<void> | undefined = undefined;
  #stop: (() => Promise<void>) | undefined = undefined;
  #end: Promise<void> | undefined = undefined;
  readonly #whenIdle = new Set<() => void>();

  constructor(store: Store, terms: FamilyTerms) {
    this.store = store;
    this.terms = terms;
    this.keeper = new Keeper(() => this.now());
  }

  mutex(name: string): RemoteLock {
    return this.#lock(name, { kind: 'mutex', capacity: 1, permits: 1, Lease: HeldLease });
  }

  semaphore(name: string, capacity: number): StoredLock<FencedLease> {
    const checked = checkedCapacity(capacity);
    return this.#lock(name, { kind: 'semaphore', capacity: checked, permits: undefined, Lease: HeldLease });
  }

  readWriteLock(name: string): { readonly read: RemoteLock; readonly write: RemoteLock<WriteLease> } {
    const both = { kind: 'lock', capacity: READERS } as const;
    return {
      read: this.#lock(name, { ...both, permits: 1, Lease: HeldLease }),
      write: this.#lock(name, { ...both, permits: READERS, Lease: HeldWriteLease }),
    };
  }

  /** Of several calls, the one whose timeout is over first ends it. */
  async close(options?: { timeout?: number | undefined }): Promise<void> {
    const timeout = readCloseOptions(options);
    if (!this.isClosed) {
      this.isClosed = true;
      // First the waits, so that a holder that releases at once hands nothing over.
      for (const line of this.#lines.values()) line.cancel(closed(line.label));
      for (const line of this.#lines.values()) line.close();
    }
    if (this.#lines.size > 0 && timeout > 0 && !this.#end) await this.#idle(timeout);
    this.#end ??= this.#finish();
    await this.#end;
  }

  now(): number {
    return this.#clock.now();
  }

  newId(): string {
    this.#ids++;
    return `${this.store.client}:${this.#ids}`;
  }

  get isListening(): boolean {
    return this.#stop !== undefined;
  }

  listen(): Promise<void> {
    this.#listening ??= this.#listen().finally(() => {
      this.#listening = undefined;
    });
    return this.#listening;
  }

  async command<T>(send: () => Promise<T>): Promise<T> {
    let timer: Timer | undefined;
    const silence = new Promise<never>((_, reject) => {
      const ms = this.terms.lease / 3;
      timer = background(() => reject(new Error(`No answer within ${Math.round(ms)} ms`)), ms);
    });
    try {
      return await Promise.race([send(), silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  retire(line: { readonly lock: LockId }): void {
    const key = keyOf(line.lock);
    if (this.#lines.get(key) === line) this.#lines.delete(key);
    if (this.#lines.size === 0) this.#idled();
  }

  enter(lock: StoredLock<FencedLease>, terms: Terms, operation: string): Waiter {
    if (this.isClosed) throw closed(titleOf(lock.id));
    const { id, shape } = lock;
    const waiter = new Waiter(
      { label: titleOf(id), giveUp: (...args) => this.#line(id).giveUp(...args) },
      terms,
      operation,
    );
    if (waiter.isAborted) waiter.abortNow();
    else this.#line(id, shape.capacity).join(waiter, shape.capacity);
    return waiter;
  }

  async state(lock: LockId): Promise<LockState> {
    const label = titleOf(lock);
    if (this.isClosed) throw closed(label);
    try {
      const { holders, waiting } = await this.command(() => this.store.state(lock));
      return {
        holders: holders.map(({ label, permits, token, since, until }) => ({
          ...(label === '' ? {} : { label }),
          permits: lock.kind === 'lock' && permits === READERS ? Number.POSITIVE_INFINITY : permits,
          token,
          since: new Date(since),
          until: new Date(until),
        })),
        waiting,
      };
    } catch (error) {
      throw failureOf(label, error);
    }
  }

  cancel(lock: LockId, reason: unknown): void {
    this.#lines.get(keyOf(lock))?.cancel(reason);
  }

  #lock<L extends FencedLease>(name: string, shape: Shape<L>): StoredLock<L> {
    return new StoredLock(this, checkedName(name), shape);
  }

  #line(lock: LockId, capacity = 0): LocalLine {
    const key = keyOf(lock);
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = new LocalLine(lock, titleOf(lock), capacity, this);
      this.#lines.set(key, line);
    }
    return line;
  }

  async #listen(): Promise<void> {
    this.#stop = await this.store.listen(
      (push) => this.#hear(push),
      () => this.#again(),
      () => {
        // The next request listens again.
        this.#stop = undefined;
        this.#again();
      },
    );
  }

  #hear(push: Push): void {
    this.#line(push.lock).hear(push);
  }

  #again(): void {
    for (const line of this.#lines.values()) line.again();
  }

  async #finish(): Promise<void> {
    this.#idled();
    this.keeper.stop();
    void this.#listening?.then(() => this.#unsubscribe()).catch(() => {});
    await this.#unsubscribe();
    // A subscription that has not come about may never do, and a store may have made more than that.
    this.store.end?.();
  }

  async #unsubscribe(): Promise<void> {
    const stop = this.#stop;
    this.#stop = undefined;
    // What fails here ends with the connection, and so does what is not answered.
    if (stop) await this.command(stop).catch(() => {});
  }

  /**
   * Waits until everything is released, but not for longer than the timeout. Whoever has called `close()` waits for it, so
   * the process stays alive, even if there is no connection.
   */
  async #idle(timeout: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearInterval(timer);
        this.#whenIdle.delete(end);
        resolve();
      };
      const timer = setInterval(() => timeout === Number.POSITIVE_INFINITY || end(), Math.min(timeout, LONGEST_TIMER));
      this.#whenIdle.add(end);
    });
  }

  #idled(): void {
    for (const end of this.#whenIdle) end();
  }
}

function keyOf({ kind, name }: LockId): string {
  return `${kind}:${name}`;
}

function closed(label: string): InvalidStateError {
  return new InvalidStateError(`${label}: its family of locks has been closed`);
}
