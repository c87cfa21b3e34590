import type { AsyncLockable, Lease, WaitOptions } from '@valvekit/core';

/** A hold with a number that a store can check. */
export interface FencedLease extends Lease {
  /**
   * The fencing token: it grows with every acquisition of this name, over restarts and failovers too. Show it to what the
   * lock protects, before the first read and again with each write, so that a newer holder shuts out an older one.
   */
  readonly token: number;
  /** Milliseconds for which the hold is certain, by our own clock; 0 once it is lost or released. */
  readonly remaining: number;
  /**
   * Asks the clock, also if the event loop was blocked and `signal` could not abort in time.
   *
   * @throws {LeaseLostError} if the hold is lost
   * @throws {InvalidStateError} if it has been released
   */
  check(): void;
}

/** A write hold, which can become a read hold. */
export interface WriteLease extends FencedLease {
  /**
   * Goes from write to read without letting go: spends this lease, and resolves to one of a reader with the same token.
   *
   * @throws {LeaseLostError} if the hold is lost
   * @throws {InvalidStateError} if it has been released
   * @throws {StoreError} if the store refuses; then the hold is released
   */
  downgrade(): Promise<FencedLease>;
}

/** One hold, as the store knows it. */
export interface Holder {
  /** The `label` of the family that holds it. */
  readonly label?: string;
  /** How many permits it holds: 1 of a mutex or a reader, `Infinity` of a writer. */
  readonly permits: number;
  /** The token of its first holder: a hold that is handed over within a process counts on from there. */
  readonly token: number;
  /** When the hold began. */
  readonly since: Date;
  /** When its lease ends, unless it is renewed. */
  readonly until: Date;
}

/** The holders of a lock, and the number of waiters. */
export interface LockState {
  /** The holds, of all processes. */
  readonly holders: Holder[];
  /** How many requests wait that the store knows; with `passes: 0` all of them. */
  readonly waiting: number;
}

/** A lock that is kept in a store, and shared by all processes that use the same name. */
export interface RemoteLock<L extends FencedLease = FencedLease, O extends WaitOptions = WaitOptions>
  extends AsyncLockable<L, O> {
  /**
   * Who holds the lock and how many wait, as the store sees it.
   *
   * @throws {StoreError} if the store refuses or does not answer
   */
  state(): Promise<LockState>;
  /** Ends the waits of this process with `reason` or an `AbortError`. Holders keep their holds. */
  cancel(reason?: unknown): void;
}
