import type { Lease, Locks, PermitOptions } from '@valvekit/core';
import type { FencedLease, RemoteLock, WriteLease } from './contract.ts';
import { makeDisposable } from './disposable.ts';
import { Family } from './family.ts';
import type { CloseOptions, FamilyTerms } from './options.ts';
import type { Store } from './store.ts';

// Closes it, like `close()`; by the shape that a lease has, so that a program needs no library for it.
export interface RemoteLocks extends Omit<Lease, 'released' | 'release' | 'signal'> {}

/** What users see of the locks in a store. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Symbol.asyncDispose is added when the first family is made
export abstract class RemoteLocks implements Locks {
  readonly #family: Family;
  readonly #kind: string;

  /** @param kind - what `console.log` calls them */
  constructor(kind: string, store: Store, terms: FamilyTerms) {
    this.#kind = kind;
    this.#family = new Family(store, terms);
    makeDisposable(this, 'close');
  }

  /**
   * The mutex of a name.
   *
   * @throws {TypeError | RangeError} unless the name is a string of 1 to 512 UTF-16 units without NUL and lone surrogates
   */
  mutex(name: string): RemoteLock {
    return this.#family.mutex(name);
  }

  /**
   * The semaphore of a name. Of two capacities in use, that of the last request counts.
   *
   * @param capacity - how many permits there are: an integer of at least 0, or `Infinity`
   * @throws {TypeError | RangeError} a bad argument, naming it
   */
  semaphore(name: string, capacity: number): RemoteLock<FencedLease, PermitOptions> {
    return this.#family.semaphore(name, capacity);
  }

  /**
   * The read/write lock of a name. It is fair: a reader that arrives while a writer waits queues behind it.
   *
   * @throws {TypeError | RangeError} a bad name
   */
  readWriteLock(name: string): { readonly read: RemoteLock; readonly write: RemoteLock<WriteLease> } {
    return this.#family.readWriteLock(name);
  }

  /**
   * Ends all waits with an `InvalidStateError`, refuses new ones, and aborts the signal of every hold (`'closed'`). Keeps
   * renewing each hold until its holder has released it, then unsubscribes. It never closes the client.
   *
   * @param options - `timeout`: milliseconds after which holds are no longer renewed; of several calls, the shortest counts
   */
  close(options?: CloseOptions): Promise<void> {
    return this.#family.close(options);
  }

  // jest mocks the methods of a prototype only if that looks like a plain object.
  get [Symbol.toStringTag](): string {
    return #family in this ? this.#kind : 'Object';
  }
}
