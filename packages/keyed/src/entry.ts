import {
  type LockLine,
  type Named,
  type Outcome,
  refusalOf,
  type Terms,
  type Verb,
  type Waiter,
  WaiterQueue,
} from '@valvekit/core/line';

/** The locks of one kind that are held or waited for, by their keys. */
export class Entries<K> extends Map<K, Entry<K>> {
  /** What messages call them: the family and the kind. */
  readonly kind: string;

  constructor(kind: string) {
    super();
    this.kind = kind;
  }
}

/**
 * The lock of one key while it is held or waited for: a weighted semaphore. A mutex has one permit; of a read/write lock a
 * reader takes one permit, a writer all.
 *
 * It is in the map from the first request on, and leaves it with the last holder, waiter and request.
 */
export class Entry<K> implements LockLine<number>, Named {
  readonly name = undefined;
  readonly #entries: Entries<K>;
  readonly #key: K;
  #capacity: number;
  #taken = 0;
  // Requests that have not been answered yet. User code may run during one, and must not make a second lock of this key.
  #requests = 0;
  readonly queue: WaiterQueue<number> = new WaiterQueue<number>(this, this.#admit, this.#release);

  constructor(entries: Entries<K>, key: K, capacity: number) {
    this.#entries = entries;
    this.#key = key;
    this.#capacity = capacity;
    entries.set(key, this);
  }

  /** What messages call it. */
  get [Symbol.toStringTag](): string {
    return `${this.#entries.kind} ${show(this.#key)}`;
  }

  get owner(): Named {
    return this;
  }

  get size(): number {
    return this.queue.size;
  }

  get isLocked(): boolean {
    return this.#taken > 0;
  }

  /** A request begins. */
  begin(): void {
    this.#requests++;
  }

  /** A request has been answered, or waits. */
  end(): void {
    this.#requests--;
    this.#dropIfIdle();
  }

  /** The last request decides: waiters that ask for more than the new capacity are rejected. */
  set capacity(capacity: number) {
    if (capacity === this.#capacity) return;
    this.#capacity = capacity;
    for (const waiter of this.queue.waiters) {
      const refusal = refusalOf(waiter.request, capacity);
      if (refusal !== undefined) this.queue.giveUp(waiter, refusal);
    }
    this.queue.moveUp();
  }

  ask(request: number, terms: Terms, verb: Verb): Outcome<void> | undefined {
    return this.queue.ask(request, terms, verb);
  }

  tryAdmit(request: number, verb: Verb): boolean {
    return this.queue.tryAdmit(request, verb);
  }

  join(waiter: Waiter<number>, terms: Terms): void {
    this.queue.join(waiter, terms);
  }

  giveUp(waiter: Waiter<number>, reason?: unknown): void {
    this.queue.giveUp(waiter, reason);
  }

  drain(): void {
    this.queue.drain();
    this.#dropIfIdle();
  }

  giveBack(request: number): void {
    this.queue.giveBack(request);
  }

  cancelAll(reason: unknown): void {
    this.queue.cancelAll(reason);
    this.#dropIfIdle();
  }

  #admit(permits: number): boolean {
    if (permits > this.#capacity - this.#taken) return false;
    this.#taken += permits;
    return true;
  }

  #release(permits: number): void {
    this.#taken -= permits;
    this.#dropIfIdle();
  }

  #dropIfIdle(): void {
    if (this.#taken === 0 && this.#requests === 0 && this.queue.size === 0) this.#entries.delete(this.#key);
  }
}

// Other keys by type only: they can hold secrets.
function show(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key);
  return typeof key === 'number' || typeof key === 'bigint' ? String(key) : `(${typeof key})`;
}
