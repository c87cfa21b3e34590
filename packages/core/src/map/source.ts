import { requireThat } from '../contract/arguments.ts';
import { adopt, react } from '../runtime/thenable.ts';

/** What can be mapped. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** A source of items that is read one by one, and closed once: not if it has ended or failed by itself. */
export class Source {
  /** Whether it can be read. Set to false once it has failed. */
  isOpen = true;
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #next: () => unknown;
  #isReading = false;

  /** @throws {TypeError} if it is neither an iterable nor an async iterable */
  constructor(items: Items<unknown>) {
    const { [Symbol.asyncIterator]: async, [Symbol.iterator]: sync } = Object(items) as AsyncIterable<unknown> &
      Iterable<unknown>;
    const iterate = (async ?? sync) as unknown;
    const iterator = (typeof iterate === 'function' ? iterate.call(items) : undefined) as Iterator<unknown>;
    const { next } = Object(iterator) as Iterator<unknown>;
    requireThat(typeof next === 'function', 'source', 'an iterable or an async iterable', items);
    this.#iterator = iterator;
    this.#next = next as () => unknown;
  }

  /** Asks for the next step: `take` it. An async source gives a promise. */
  read(): unknown {
    this.#isReading = true;
    const step = this.#next.call(this.#iterator);
    this.#isReading = false;
    return step;
  }

  /**
   * Reads a step, which may be anything, once.
   *
   * @returns the item; undefined if the source has ended, and then it is not open any more
   */
  take(step: unknown): unknown {
    requireThat(Object(step) === step, 'what next() of the source returns', 'an object', step);
    const { done, value } = step as IteratorResult<unknown>;
    if (!done) return value;
    this.isOpen = false;
    return undefined;
  }

  /**
   * Closes it, and does not wait for that. Its errors are of no interest any more. While its `next()` is on the stack it
   * stays open, because a generator that runs cannot be closed: close it again afterwards.
   */
  close(): void {
    if (!this.isOpen || this.#isReading) return;
    this.isOpen = false;
    try {
      ignore(adopt(this.#iterator.return?.()));
    } catch {
      // What led here is the failure to tell.
    }
  }
}

/** Lets a promise settle unobserved. */
export function ignore(promise: Promise<unknown> | undefined): void {
  if (promise !== undefined) void react(promise, nothing, nothing);
}

function nothing(): void {}
