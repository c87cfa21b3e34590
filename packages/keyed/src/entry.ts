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

/** Where the lock of a key is kept. */
export interface Keeper<K> {
  /** What messages call the lock of a key. */
  labelOf(key: unknown): string;
  /** The lock has become idle. */
  drop(entry: Entry<K>): void;
}

/** The key of a lock that is nobody's. */
export const NONE: unique symbol = /* @__PURE__ */ Symbol() as never;

/**
 * The lock of one key while it is held or waited for: a weighted semaphore, and its line, in one object. A mutex has one
 * permit; of a read/write lock a reader takes one permit, a writer all.
 *
 * It belongs to its key from the first request on, and until the last holder, waiter and request has gone. Every hold ends
 * in `[giveBack]`, and every wait in `remove`.
 */
export class Entry<K> extends WaiterQueue<number> implements Policy<number> {
  declare owner: Policy<number>;
  readonly name = undefined;
  key: K | typeof NONE = NONE;
  capacity = 0;
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
    return this.#keeper.labelOf(this.key);
  }

  /** Whether it is held or waited for. */
  get isUsed(): boolean {
    return this.taken + this.size > 0;
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
  resize(capacity: number): void {
    if (capacity === this.capacity) return;
    this.capacity = capacity;
    this.#hasNews = true;
    refuseImpossible(this, capacity);
    withoutDelivery(() => this.moveUp());
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
    if (this.requests === 0 && !this.isUsed) this.#keeper.drop(this);
  }

  [admit](permits: number): boolean {
    if (permits > this.capacity - this.taken) return false;
    this.taken += permits;
    return true;
  }

  [giveBack](permits: number): void {
    this.taken -= permits;
    this.#dropIfIdle();
  }
}
