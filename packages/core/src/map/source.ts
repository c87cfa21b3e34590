import { requireThat } from '../contract/arguments.ts';
import { adopt, drop } from '../runtime/thenable.ts';
import { type Advancing, follow } from './advancing.ts';

/** Items that can be read one after the other. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** Hears what a source gives. */
export interface Reader extends Advancing {
  /** There is an item; or that was the end, and the source is not open any more. */
  onStep(): void;
  fail(error: unknown): void;
}

/** The iterator of some items. It is user code: each of its members is read once, and may give anything. */
export class Source<T> {
  readonly #iterator: { return?(): unknown };
  readonly #next: () => unknown;
  /** Whether there may be more. A source that has ended or failed has closed itself. */
  isOpen = true;
  /** The item that was read last. */
  item: T | undefined;

  /** @throws {TypeError} if the items cannot be iterated */
  constructor(items: Items<T>) {
    const { [Symbol.asyncIterator]: async, [Symbol.iterator]: sync }: Partial<AsyncIterable<T> & Iterable<T>> =
      Object(items);
    const iterate: unknown = async ?? sync;
    const iterator = typeof iterate === 'function' && iterate.call(items);
    const { next } = Object(iterator);
    requireThat(typeof next === 'function', 'source', 'an iterable or an async iterable', items);
    this.#iterator = iterator;
    this.#next = next;
  }

  /** Reads an item. The reader hears of it before this returns, unless the source gives a promise. */
  read(reader: Reader): void {
    try {
      const step = this.#next.call(this.#iterator);
      const promise = adopt(step);
      if (promise === undefined) this.#take(step, reader);
      else {
        follow(
          reader,
          promise,
          (late) => this.#take(late, reader),
          (error) => this.#fail(error, reader),
        );
      }
    } catch (error) {
      this.#fail(error, reader);
    }
  }

  /** Closes the source, unless it has closed itself. Does not wait for that, and drops what comes of it. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    try {
      drop(this.#iterator.return?.());
    } catch {
      // Whatever ended the reading is what the caller has to know.
    }
  }

  // What comes after the source was closed is dropped.
  #take(step: unknown, reader: Reader): void {
    if (!this.isOpen) return;
    try {
      requireThat(Object(step) === step, 'what next() of the source gives', 'an object', step);
      const { done, value } = step as IteratorResult<T>;
      this.item = value;
      this.isOpen = !done;
    } catch (error) {
      this.#fail(error, reader);
      return;
    }
    reader.onStep();
  }

  #fail(error: unknown, reader: Reader): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    reader.fail(error);
  }
}
