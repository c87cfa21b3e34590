import {
  adopt,
  DeferredWaiter,
  deliver,
  type Guard,
  mustBe,
  readWaitOptions,
  requireFunction,
  type Terms,
  type WaiterQueue,
  type WaitOptions,
} from '@valvekit/core';

type Permits<Owner> = WaiterQueue<Owner, number, Guard>;

/** `Semaphore.map`, on the semaphore's line. */
export function mapUnderPermits<Owner, T, R>(
  permits: Permits<Owner>,
  source: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number) => R | PromiseLike<R>,
  options: WaitOptions | undefined,
): Promise<Awaited<R>[]> {
  return new Promise((resolve, reject) => {
    requireFunction('fn', fn);
    const terms = readWaitOptions(options);
    const outcome = { resolve: resolve as (results: unknown[]) => void, reject };
    new Mapping(permits, iteratorOf(source), fn, terms, outcome).askForPermit();
    deliver();
  });
}

/**
 * One run of `map`: for each permit it pulls one item and calls `fn` on it, until the source ends or anything fails.
 *
 * It is over when no more items are pulled: calls of `fn` may still be under way, and fail.
 */
class Mapping<Owner, T> {
  readonly #permits: Permits<Owner>;
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  readonly #fn: (item: T, index: number) => unknown;
  readonly #terms: Terms;
  readonly #outcome: { resolve(results: unknown[]): void; reject(error: unknown): void };
  readonly #results: unknown[] = [];
  #pulled = 0;
  #running = 0;
  #isOver = false;
  // One for all items: there is one wait at a time, in the async context of the caller.
  readonly #waiter: PermitWaiter<Owner, T> = new PermitWaiter(this);
  #isWaiting = false;
  #pulling: Guard | undefined;

  constructor(
    permits: Permits<Owner>,
    iterator: Iterator<T> | AsyncIterator<T>,
    fn: (item: T, index: number) => unknown,
    terms: Terms,
    outcome: { resolve(results: unknown[]): void; reject(error: unknown): void },
  ) {
    this.#permits = permits;
    this.#iterator = iterator;
    this.#fn = fn;
    this.#terms = terms;
    this.#outcome = outcome;
  }

  /** Asks for the permit of the next item. Even a free one is delivered, so that the stack does not grow. */
  askForPermit(): void {
    try {
      if (this.#permits.ask(1, this.#terms, 'Semaphore.map') !== undefined) {
        this.#waiter.grant();
      } else {
        this.#isWaiting = true;
        this.#permits.join(this.#waiter, this.#terms, 'Semaphore.map');
      }
    } catch (reason) {
      this.fail(reason);
    }
  }

  /** Makes the guard of a permit that has been granted. */
  guard(): Guard {
    return this.#permits.guard(1);
  }

  /** The wait for a permit is over. */
  waited(): void {
    this.#isWaiting = false;
  }

  /** Pulls the next item, under a permit. */
  pull(guard: Guard): void {
    this.#pulling = guard;
    try {
      const step: unknown = this.#iterator.next();
      const onStep = (step: unknown): void => {
        this.#take(step);
        deliver();
      };
      const promise = adopt(step);
      if (promise === undefined) this.#take(step);
      else void promise.then(onStep, (error) => this.#stop(error));
    } catch (error) {
      this.#stop(error);
    }
  }

  #take(step: unknown): void {
    if (this.#isOver) return;
    let item: IteratorResult<T>;
    try {
      item = read<T>(step);
    } catch (error) {
      this.#stop(error);
      return;
    }
    if (!item.done && this.#terms.signal?.aborted) {
      this.fail(this.#terms.signal.reason);
      return;
    }
    const guard = this.#pulling as Guard;
    this.#pulling = undefined;
    if (item.done) {
      this.#isOver = true;
      guard.release();
      this.#finish();
    } else {
      this.#call(item.value, guard);
      if (!this.#isOver) this.askForPermit();
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
      this.fail(error);
      guard.release();
    };
    this.#running++;
    const fn = this.#fn;
    try {
      const result = fn(item, index);
      const promise = adopt(result);
      if (promise === undefined) succeed(result);
      else void promise.then(succeed, fail);
    } catch (error) {
      fail(error);
    }
  }

  #finish(): void {
    if (this.#isOver && this.#running === 0) this.#outcome.resolve(this.#results);
  }

  /** Ends the run for good: the first failure counts. */
  fail(error: unknown): void {
    if (this.#isOver) {
      this.#outcome.reject(error);
      return;
    }
    this.#stop(error);
    try {
      void adopt(this.#iterator.return?.())?.then(ignore, ignore);
    } catch {
      // The failure that led here is the one to tell.
    }
  }

  // All that a failed source needs: it has closed itself. Whoever calls this releases a permit next, or has none, so
  // that the line moves up then.
  #stop(error: unknown): void {
    this.#isOver = true;
    this.#outcome.reject(error);
    if (this.#isWaiting) this.#permits.giveUp(this.#waiter, error);
    this.#pulling?.release();
  }
}

/** Who waits for the permits of a run, for one after the other. */
class PermitWaiter<Owner, T> extends DeferredWaiter<number> {
  readonly #mapping: Mapping<Owner, T>;
  #guard: Guard | undefined;
  #reason: unknown;

  constructor(mapping: Mapping<Owner, T>) {
    super(1);
    this.#mapping = mapping;
  }

  protected override onGrant(): void {
    this.#mapping.waited();
    this.#guard = this.#mapping.guard();
    this.post();
  }

  protected override onGiveUp(reason: unknown): void {
    this.#mapping.waited();
    this.#reason = reason;
    this.post();
  }

  protected override tell(): void {
    const guard = this.#guard;
    this.#guard = undefined;
    if (guard === undefined) this.#mapping.fail(this.#reason);
    else this.#mapping.pull(guard);
  }
}

function iteratorOf<T>(source: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  const { [Symbol.asyncIterator]: async, [Symbol.iterator]: sync }: Partial<Iterable<T> & AsyncIterable<T>> =
    Object(source);
  const iterate = (async ?? sync) as (() => unknown) | undefined;
  const iterator = typeof iterate === 'function' ? iterate.call(source) : undefined;
  if (typeof Object(iterator).next === 'function') return iterator as Iterator<T>;
  throw new TypeError(mustBe('source', 'an iterable or an async iterable', source));
}

// Reads a step of the source once; it may be anything.
function read<T>(step: unknown): IteratorResult<T> {
  if (typeof step !== 'object' || step === null) {
    throw new TypeError(mustBe('what next() of the source gives', 'an object', step));
  }
  const { done, value } = step as IteratorResult<T>;
  return { done: Boolean(done), value } as IteratorResult<T>;
}

function ignore(): void {}
