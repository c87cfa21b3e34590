import { label, type Named } from '@valvekit/core/line';
import { Entry, type Keeper, NONE } from './entry.ts';
import { show } from './show.ts';

/** The locks of one kind that are held or waited for, by their keys. */
export class Entries<K> implements Keeper<K> {
  readonly #family: Named;
  readonly #kind: string;
  // The lock of one busy key, used again and again. Most families have no more than one at most times, and a new object
  // and a Map would cost it as much as all the rest (bench W11 free: 200 ns a call instead of 125).
  readonly #first: Entry<K> = new Entry<K>(this);
  readonly #others: Map<K, Entry<K>> = new Map();

  constructor(family: Named, kind: string) {
    this.#family = family;
    this.#kind = kind;
  }

  /** All of them, as they are now, and those that are only asked for. */
  get all(): Entry<K>[] {
    return [this.#first, ...this.#others.values()].filter(({ key }) => key !== NONE);
  }

  /** The lock of a key, if there is one. Keys are compared as by `Map`. */
  find(key: K): Entry<K> | undefined {
    return this.#first.key === key ? this.#first : this.#others.get(key);
  }

  /** Finds the lock of a key, or makes it, for a request that must end with its `end()`. */
  open(key: K, capacity: number): Entry<K> {
    const entry = this.find(key) ?? this.#add(key, capacity);
    entry.requests++;
    return entry;
  }

  /** What messages call the lock of a key: `KeyedLocks "accounts" mutex "user-1"`. */
  labelOf(key: unknown): string {
    return `${label(this.#family)} ${this.#kind} ${show(key)}`;
  }

  drop(entry: Entry<K>): void {
    if (entry !== this.#first) this.#others.delete(entry.key as K);
    entry.key = NONE;
  }

  #add(key: K, capacity: number): Entry<K> {
    let entry = this.#first;
    // NaN is not found by comparing.
    if (entry.key !== NONE || Number.isNaN(key)) {
      entry = new Entry<K>(this);
      this.#others.set(key, entry);
    }
    entry.key = key;
    entry.capacity = capacity;
    return entry;
  }
}
