import {
  Delivery,
  deliver,
  follow,
  type Guard,
  mustBe,
  readWaitOptions,
  requireFunction,
  type Terms,
  type Waiter,
  type WaiterQueue,
  type WaitOptions,
} from '@valvekit/core';

/** `Semaphore.map`, on the semaphore's line. */
export function mapUnderPermits<Owner, T, R>(
  queue: WaiterQueue<Owner, number>,
  hold: () => Guard,
  source: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number) => R | PromiseLike<R>,
  options: WaitOptions | undefined,
): Promise<Awaited<R>[]> {
  return new Promise((resolve, reject) => {
    requireFunction('fn', fn);
    const terms = readWaitOptions(options);
    const outcome = { resolve: resolve as (results: unknown[]) => void, reject };
    new Mapping(queue, hold, iteratorOf(source), fn, terms, outcome).start();
  });
}

/** One run of `map`: for each permit it pulls one item and calls `fn` on it, until the source ends or anything fails. */
class Mapping<Owner, T> {
  readonly #queue: WaiterQueue<Owner, number>;
  readonly #hold: () => Guard;
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  readonly #fn: (item: T, index: number) => unknown;
  readonly #terms: Terms;
  readonly #outcome: { resolve(results: unknown[]): void; reject(error: unknown): void };
  // Even a free permit comes by way of a delivery, so that the stack does not grow with the items.
  readonly #permit: Delivery<[Guard]> = new Delivery((guard) => this.#pull(guard));
  readonly #refusal: Delivery<[unknown]> = new Delivery((reason) => this.#fail(reason));
  readonly #results: unknown[] = [];
  #pulled = 0;
  #running = 0;
  #isOver = false;
  #waiter: Waiter<number> | undefined;
  #pulling: Guard | undefined;

  constructor(
    queue: WaiterQueue<Owner, number>,
    hold: () => Guard,
    iterator: Iterator<T> | AsyncIterator<T>,
    fn: (item: T, index: number) => unknown,
    terms: Terms,
    outcome: { resolve(results: unknown[]): void; reject(error: unknown): void },
  ) {
    this.#queue = queue;
    this.#hold = hold;
    this.#iterator = iterator;
    this.#fn = fn;
    this.#terms = terms;
    this.#outcome = outcome;
  }

  start(): void {
    this.#permit.defer();
    this.#refusal.defer();
    this.#askForPermit();
    deliver();
  }

  #askForPermit(): void {
    this.#waiter = this.#queue.enter(
      1,
      () => {
        this.#waiter = undefined;
        this.#permit.tell(this.#hold());
      },
      (reason) => {
        this.#waiter = undefined;
        this.#refusal.tell(reason);
      },
      this.#terms,
      'Semaphore.map',
    );
  }

  #pull(guard: Guard): void {
    if (this.#isOver) {
      guard.release();
      return;
    }
    this.#pulling = guard;
    try {
      const step: unknown = this.#iterator.next();
      const isAsync = follow(
        step,
        (value) => {
          this.#take(value as IteratorResult<T>);
          deliver();
        },
        (error) => this.#sourceFailed(error),
      );
      if (!isAsync) this.#take(step as IteratorResult<T>);
    } catch (error) {
      this.#sourceFailed(error);
    }
  }

  #take(step: IteratorResult<T>): void {
    if (this.#isOver) return;
    const guard = this.#pulling as Guard;
    this.#pulling = undefined;
    if (step.done) {
      this.#isOver = true;
      guard.release();
      this.#finish();
    } else {
      this.#call(step.value, guard);
      if (!this.#isOver) this.#askForPermit();
    }
  }

  #call(item: T, guard: Guard): void {
    const index = this.#pulled++;
    const succeed = (value: unknown): void => {
      this.#results[index] = value;
      this.#running--;
      guard.release();
      this.#finish();
    };
    const fail = (error: unknown): void => {
      this.#fail(error);
      guard.release();
    };
    this.#running++;
    try {
      const result = this.#fn(item, index);
      if (!follow(result, succeed, fail)) succeed(result);
    } catch (error) {
      fail(error);
    }
  }

  #finish(): void {
    if (this.#isOver && this.#running === 0) this.#outcome.resolve(this.#results);
  }

  #fail(error: unknown): void {
    if (this.#isOver) {
      this.#outcome.reject(error);
      return;
    }
    this.#stop(error);
    try {
      follow(this.#iterator.return?.(), ignore, ignore);
    } catch {
      // The failure that led here is the one to tell.
    }
  }

  // A source that failed has closed itself.
  #sourceFailed(error: unknown): void {
    if (!this.#isOver) this.#stop(error);
  }

  #stop(error: unknown): void {
    this.#isOver = true;
    this.#outcome.reject(error);
    const waiter = this.#waiter;
    if (waiter !== undefined) {
      this.#queue.giveUp(waiter, error);
      this.#queue.drain();
      deliver();
    }
    this.#pulling?.release();
  }
}

function iteratorOf<T>(source: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  const { [Symbol.asyncIterator]: async, [Symbol.iterator]: sync }: Partial<Iterable<T> & AsyncIterable<T>> =
    Object(source);
  if (typeof async === 'function') return async.call(source as AsyncIterable<T>);
  if (typeof sync === 'function') return sync.call(source as Iterable<T>);
  throw new TypeError(mustBe('source', 'an iterable or an async iterable', source));
}

function ignore(): void {}
