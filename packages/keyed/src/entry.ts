import {
  admit,
  deliver,
  giveBack,
  type Outcome,
  type Policy,
  refuseImpossible,
  type Terms,
  type Verb,
  type Waiter,
  WaiterQueue,
  withoutDelivery,
} from '@valvekit/core/line';
import { labelOf } from './label.ts';

/** Where the lock of a key is kept. */
export interface Keeper<K> {
  /** What messages call the locks of this kind. */
  readonly kind: string;
  /** The lock has become idle. */
  drop(entry: Entry<K>): void;
}

/**
 * The lock of one key while it is held or waited for: a weighted semaphore, and its line, in one object. A mutex has one
 * permit; of a read/write lock a reader takes one permit, a writer all.
 *
 * It belongs to its key from the first request on, and until the last holder, waiter and request has gone. Every hold ends
 * in `untake`, and every wait in `remove`.
 */
export class Entry<K> extends WaiterQueue<number> implements Policy<number> {
  declare owner: Policy<number>;
  readonly name = undefined;
  /** Undefined while nobody uses it. */
  key: K | undefined;
  /** The capacity. */
  limit = 0;
  /** How many permits are held. */
  taken = 0;
  /** Requests that are being decided. User code may run during one, and must not make a second lock of this key. */
  requests = 0;
  readonly #keeper: Keeper<K>;
  // Whether a change of the capacity has ended waits that have not been told yet.
  #hasNews = false;

  constructor(keeper: Keeper<K>) {
    super(undefined as never);
    this.owner = this;
    this.#keeper = keeper;
  }

  /** What messages call it. */
  get [Symbol.toStringTag](): string {
    return labelOf(this.#keeper.kind, this.key);
  }

  /** Whether the lock is held. */
  get isLocked(): boolean {
    return this.taken > 0;
  }

  /** Whether it is held or waited for. */
  get isUsed(): boolean {
    return this.isLocked || this.size > 0;
  }

  /** Whether it is neither held nor waited for, and no request for it is being decided. */
  get isIdle(): boolean {
    return this.requests === 0 && !this.isUsed;
  }

  /** Whether it is here only for requests that are being decided. */
  get isOnlyAskedFor(): boolean {
    return this.requests > 0 && !this.isUsed;
  }

  /** A request has been answered, or waits. */
  end(): void {
    this.requests--;
    this.#dropIfIdle();
    this.#tellNews();
  }

  override ask(request: number, terms: Terms, verb: Verb): Outcome<void> | undefined {
    const outcome = super.ask(request, terms, verb);
    if (outcome !== undefined) this.#tellNews();
    return outcome;
  }

  /**
   * The last request decides: waiters that ask for more than the new capacity are rejected. Waiters that the change grants
   * or rejects are told once the request that brought it has been decided, so that what they do comes after it.
   */
  set capacity(capacity: number) {
    if (capacity === this.limit) return;
    this.limit = capacity;
    this.#hasNews = true;
    refuseImpossible(this, capacity);
    withoutDelivery(() => this.moveUp());
  }

  override untake(permits: number): void {
    super.untake(permits);
    this.#dropIfIdle();
  }

  override remove(waiter: Waiter<number>): void {
    super.remove(waiter);
    this.#dropIfIdle();
  }

  #tellNews(): void {
    if (!this.#hasNews) return;
    this.#hasNews = false;
    deliver();
  }

  #dropIfIdle(): void {
    if (this.isIdle) this.#keeper.drop(this);
  }

  [admit](permits: number): boolean {
    if (permits > this.limit - this.taken) return false;
    this.taken += permits;
    return true;
  }

  [giveBack](permits: number): void {
    this.taken -= permits;
  }
}
