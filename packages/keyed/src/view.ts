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
import type { Asked, KeyedVerbs } from './verbs.ts';

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
    return this.#use((entry) => acquire(entry, this.#verbs.acquire, this, options));
  }

  tryAcquire(): G | undefined {
    return this.#use((entry) => {
      this.prepare();
      return tryAcquire(entry, this.#verbs.acquire, this.permitsOf());
    });
  }

  sandbox<R>(fn: () => R, options?: PermitOptions): Promise<Awaited<R>> {
    return this.#use((entry) => sandbox(entry, this.#verbs.sandbox, this, fn, options));
  }

  // For tools that watch it.
  get capacity(): number {
    return this.#capacity;
  }

  get isLocked(): boolean {
    return (this.#entry?.taken ?? 0) > 0;
  }

  get waiting(): number {
    return this.#entry?.size ?? 0;
  }

  cancel(reason: unknown = new AbortError(`${this.#label}: cancel() ended the wait`)): void {
    this.#entry?.cancelAll(reason);
  }

  /** How many permits the options ask for. */
  permitsOf(options?: PermitOptions): number {
    const { permits = 1 } = options ?? {};
    return this.#verbs.permits ?? checkedPermits(permits, this.#capacity);
  }

  /** A request has begun that is not refused at once: from now on its capacity counts. */
  prepare(): void {
    this.#entry?.resize(this.#capacity);
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
    const entry = this.#entries.open(this.#key, this.#capacity);
    return {
      line: entry,
      request,
      ...(this.#verbs.permits === undefined && { permits: request }),
      verb: this.#verbs.sandbox,
      prepare: () => this.prepare(),
      leave: () => entry.end(),
    };
  }

  get #label(): string {
    return this.#entries.labelOf(this.#key);
  }

  get #entry(): Entry<K> | undefined {
    return this.#entries.find(this.#key);
  }

  #use<Result>(ask: (entry: Entry<K>) => Result): Result {
    const entry = this.#entries.open(this.#key, this.#capacity);
    try {
      return ask(entry);
    } finally {
      entry.end();
    }
  }
}
