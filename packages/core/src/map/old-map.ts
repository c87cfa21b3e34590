import {
  adopt,
  DeferredWaiter,
  deliver,
  mustBe,
  react,
  readWaitOptions,
  requireFunction,
  type Terms,
  type WaiterQueue,
  type WaitOptions,
} from '@valvekit/core';

/**
 * `Semaphore.map`, on the semaphore's line.
 *
 * @param request - for the permit of one item
 */
export function mapUnderPermits<Owner, Request, T, R>(
  permits: WaiterQueue<Owner, Request>,
  request: Request,
  source: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number) => R | PromiseLike<R>,
  options: WaitOptions | undefined,
): Promise<Awaited<R>[]> {
  return new Promise((resolve, reject) => {
    requireFunction('fn', fn);
    const terms = readWaitOptions(options);
    const outcome = { resolve: resolve as (results: unknown[]) => void, reject };
    new Mapping(permits, request, iteratorOf(source), fn, terms, outcome).askForPermit();
    deliver();
  });
}

/**
 * One run of `map`: for each permit it pulls one item and calls `fn` on it, until the source ends or anything fails.
 *
 * It is over when no more items are pulled: calls of `fn` may still be under way, and fail.
 */
class Mapping<Owner, Request, T> {
  readonly #permits: WaiterQueue<Owner, Request>;
  readonly #request: Request;
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  readonly #fn: (item: T, index: number) => unknown;
  readonly #terms: Terms;
  readonly #outcome: { resolve(results: unknown[]): void; reject(error: unknown): void };
  readonly #results: unknown[] = [];
  #pulled = 0;
  #running = 0;
  #isOver = false;
  // One for all items: there is one wait at a time, in the async context of the caller.
  readonly #waiter: PermitWaiter<Owner, Request, T>;
  #isPulling = false;

  constructor(
    permits: WaiterQueue<Owner, Request>,
    request: Request,
    iterator: Iterator<T> | AsyncIterator<T>,
    fn: (item: T, index: number) => unknown,
    terms: Terms,
    outcome: { resolve(results: unknown[]): void; reject(error: unknown): void },
  ) {
    this.#permits = permits;
    this.#request = request;
    this.#waiter = new PermitWaiter(request, this);
    this.#iterator = iterator;
    this.#fn = fn;
    this.#terms = terms;
    this.#outcome = outcome;
  }

  /** Asks for the permit of the next item. Even a free one is delivered, so that the stack does not grow. */
  askForPermit(): void {
    try {
      if (this.#permits.ask(this.#request, this.#terms, 'Semaphore.map') !== undefined) {
        this.#waiter.grant();
      } else {
        this.#permits.join(this.#waiter, this.#terms, 'Semaphore.map');
      }
    } catch (reason) {
      this.fail(reason);
    }
  }

  /** Pulls the next item, under a permit. */
  pull(): void {
    this.#isPulling = true;
    try {
      const step: unknown = this.#iterator.next();
      const onStep = (step: unknown): void => {
        this.#take(step);
        deliver();
      };
      const promise = adopt(step);
      if (promise === undefined) this.#take(step);
      else void react(promise, onStep, (error) => this.#stop(error));
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
    this.#isPulling = false;
    if (item.done) {
      this.#isOver = true;
      this.#giveBack();
      this.#finish();
    } else {
      this.#call(item.value);
      if (!this.#isOver) this.askForPermit();
    }
  }

  // One function for this and for what a sandbox does with its own would take 5 % more for each item (bench W4 map).
  #call(item: T): void {
    const index = this.#pulled++;
    const succeed = (value: unknown): void => {
      this.#results[index] = value;
      this.#running--;
      this.#giveBack();
      this.#finish();
    };
    const fail = (error: unknown): void => {
      this.fail(error);
      this.#giveBack();
    };
    this.#running++;
    const fn = this.#fn;
    let result: unknown;
    try {
      result = fn(item, index);
      const promise = adopt(result);
      if (promise !== undefined) {
        void react(promise, succeed, fail);
        return;
      }
    } catch (error) {
      fail(error);
      return;
    }
    succeed(result);
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
      const promise = adopt(this.#iterator.return?.());
      if (promise !== undefined) void react(promise, ignore, ignore);
    } catch {
      // The failure that led here is the one to tell.
    }
  }

  // All that a failed source needs: it has closed itself. The line moves up when a permit is given back: here, or by whoever
  // calls this, unless they have none.
  #stop(error: unknown): void {
    this.#isOver = true;
    this.#outcome.reject(error);
    this.#permits.giveUp(this.#waiter, error);
    if (!this.#isPulling) return;
    this.#isPulling = false;
    this.#giveBack();
  }

  #giveBack(): void {
    this.#permits.giveBack(this.#request);
  }
}

/** Who waits for the permits of a run, for one after the other. */
class PermitWaiter<Owner, Request, T> extends DeferredWaiter<Request> {
  readonly #mapping: Mapping<Owner, Request, T>;
  #isGranted = false;
  #reason: unknown;

  constructor(request: Request, mapping: Mapping<Owner, Request, T>) {
    super(request);
    this.#mapping = mapping;
  }

  protected override onGrant(): void {
    this.#isGranted = true;
    this.post();
  }

  protected override onGiveUp(reason: unknown): void {
    this.#reason = reason;
    this.post();
  }

  protected override tell(): void {
    if (!this.#isGranted) {
      this.#mapping.fail(this.#reason);
      return;
    }
    this.#isGranted = false;
    this.#mapping.pull();
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
