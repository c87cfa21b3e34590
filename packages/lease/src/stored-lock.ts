import type { PermitOptions } from '@valvekit/core';
import { requireOptions, requireThat } from './arguments.ts';
import type { FencedLease, LockState, RemoteLock } from './contract.ts';
import type { Grant } from './grant.ts';
import { HeldLease } from './held-lease.ts';
import type { Kind, LockId } from './store.ts';
import { readTerms } from './terms.ts';
import type { Waiter } from './waiter.ts';

/** The family that a lock belongs to. */
export interface Door {
  /** Lets a waiter of these terms in. */
  enter(lock: StoredLock<FencedLease>, terms: ReturnType<typeof readTerms>, operation: string): Waiter;
  state(lock: LockId): Promise<LockState>;
  cancel(lock: LockId, reason: unknown): void;
}

/** What a lock, or a side of one, takes. */
export interface Shape<L extends FencedLease> {
  readonly kind: Kind;
  readonly capacity: number;
  /** How many permits a call takes; undefined: as many as it says. */
  readonly permits: number | undefined;
  readonly Lease: new (grant: Grant) => L & HeldLease;
}

/** A handle on a lock in a store: it holds nothing and remembers nothing, and may be kept or made anew. */
export class StoredLock<L extends FencedLease> implements RemoteLock<L, PermitOptions> {
  readonly id: LockId;
  readonly shape: Shape<L>;
  readonly #door: Door;

  constructor(door: Door, name: string, shape: Shape<L>) {
    this.#door = door;
    this.id = { kind: shape.kind, name };
    this.shape = shape;
  }

  async acquire(options?: PermitOptions): Promise<L> {
    return this.#acquire(options, 'acquire');
  }

  async tryAcquire(options?: Pick<PermitOptions, 'signal'>): Promise<L | undefined> {
    requireOptions(options);
    const grant = await this.#enter({ signal: options?.signal, timeout: 0 }, 'tryAcquire').outcome;
    return grant && new this.shape.Lease(grant);
  }

  async sandbox<R>(fn: (lease: L) => R, options?: PermitOptions): Promise<Awaited<R>> {
    requireThat(typeof fn === 'function', 'fn', 'a function', fn);
    const lease = await this.#acquire(options, 'sandbox');
    let result: Awaited<R>;
    try {
      result = await fn(lease);
    } catch (error) {
      await HeldLease.end(lease).catch(() => {});
      throw error;
    }
    await HeldLease.end(lease);
    return result;
  }

  // For tools that watch it.
  get capacity(): number {
    return this.shape.capacity;
  }

  state(): Promise<LockState> {
    return this.#door.state(this.id);
  }

  cancel(reason?: unknown): void {
    this.#door.cancel(this.id, reason);
  }

  get [Symbol.toStringTag](): string {
    return 'RemoteLock';
  }

  async #acquire(options: PermitOptions | undefined, operation: string): Promise<L & HeldLease> {
    const waiter = this.#enter(options, operation);
    const grant = await waiter.outcome;
    if (grant === undefined) throw waiter.timedOut();
    return new this.shape.Lease(grant);
  }

  #enter(options: PermitOptions | undefined, operation: string): Waiter {
    const { capacity, permits } = this.shape;
    const terms = readTerms(options, capacity, permits === undefined);
    return this.#door.enter(this, permits === undefined ? terms : { ...terms, permits }, operation);
  }
}
