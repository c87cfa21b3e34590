import { AbortError, type Guard, type Lockable, type PermitOptions, type WaitOptions } from '@valvekit/core';
import {
  acquire,
  checkedPermits,
  type Entrance,
  entrance,
  type Inspect,
  inspection,
  sandbox,
  tryAcquire,
  view,
} from '@valvekit/core/line';
import type { Entries } from './entries.ts';
import type { Entry } from './entry.ts';
import { labelOf } from './label.ts';
import { type Asked, type KeyedVerbs, SEMAPHORE } from './verbs.ts';

/** The lock of one key, as `KeyedLocks` hands it out. */
export interface KeyedLock<G extends Guard = Guard, O extends WaitOptions = WaitOptions> extends Lockable<G, O> {
  /** Whether the lock is held. */
  readonly isLocked: boolean;
  /** The number of waiters. */
  readonly waiting: number;
  /** Ends every wait for the lock with `reason`, or with an `AbortError`. Holders keep their holds. */
  cancel(reason?: unknown): void;
}

/**
 * A view of the lock of one key. It holds nothing and remembers only its key and capacity: it finds the lock when it asks.
 */
export class View<K, G extends Guard> implements KeyedLock<G, PermitOptions>, Asked {
  readonly #entries: Entries<K>;
  readonly #key: K;
  readonly #verbs: KeyedVerbs<G>;
  readonly #capacity: number;

  constructor(entries: Entries<K>, key: K, verbs: KeyedVerbs<G>, capacity: number) {
    this.#entries = entries;
    this.#key = key;
    this.#verbs = verbs;
    this.#capacity = capacity;
  }

  acquire(options?: PermitOptions): Promise<G> {
    const entry = this.#enter();
    const promise = acquire(entry, this.#verbs.acquire, this, options);
    entry.end();
    return promise;
  }

  tryAcquire(): G | undefined {
    const entry = this.#enter();
    try {
      this.prepare();
      return tryAcquire(entry, this.#verbs.acquire, this.#verbs.permits);
    } finally {
      entry.end();
    }
  }

  sandbox<R>(fn: () => R, options?: PermitOptions): Promise<Awaited<R>> {
    const entry = this.#enter();
    const promise = sandbox(entry, this.#verbs.sandbox, this, fn, options);
    entry.end();
    return promise;
  }

  get isLocked(): boolean {
    return this.#entry?.isLocked === true;
  }

  get waiting(): number {
    return this.#entry?.size ?? 0;
  }

  cancel(reason: unknown = new AbortError(`${this.#label}: cancel() ended the wait`)): void {
    this.#entry?.cancelAll(reason);
  }

  /** How many permits the options ask for. */
  permitsOf(options: PermitOptions | undefined): number {
    if (!this.#hasPermits) return this.#verbs.permits;
    const { permits = 1 } = options ?? {};
    return checkedPermits(permits, this.#capacity);
  }

  /** A request has begun that is not refused at once: from now on its capacity counts. */
  prepare(): void {
    if (this.#hasPermits) (this.#entry as Entry<K>).capacity = this.#capacity;
  }

  // So that Vue's `reactive` and its like do not wrap it.
  get [Symbol.toStringTag](): string {
    return 'KeyedLock';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    const { isLocked, waiting } = this;
    return view(this.#label, { isLocked, waiting }, options, inspect);
  }

  /** @internal */
  [entrance](options?: PermitOptions): Entrance<number> {
    const request = this.permitsOf(options);
    const entry = this.#enter();
    return {
      line: entry,
      request,
      ...(this.#hasPermits && { permits: request }),
      verb: this.#verbs.sandbox,
      prepare: () => this.prepare(),
      leave: () => entry.end(),
    };
  }

  /** Whether a request may say how many permits it takes. */
  get #hasPermits(): boolean {
    return (this.#verbs as unknown) === SEMAPHORE;
  }

  get #label(): string {
    return labelOf(this.#entries.kind, this.#key);
  }

  get #entry(): Entry<K> | undefined {
    return this.#entries.find(this.#key);
  }

  // Every call must be followed by the entry's `end()`.
  #enter(): Entry<K> {
    const entry = this.#entry ?? this.#entries.add(this.#key, this.#capacity);
    entry.requests++;
    return entry;
  }
}
