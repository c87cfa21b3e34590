import { type Inspect, inspection, view } from './inspection.ts';
import type { WaiterQueue } from './waiter-queue.ts';

/**
 * One hold. It gives back what it holds once, by `release()` or at the end of a `using` block; afterwards it is spent,
 * and releasing it again does nothing.
 *
 * @example
 * ```ts
 * import { Mutex } from '@valvekit/mutex';
 *
 * const mutex = new Mutex();
 * using guard = await mutex.acquire();
 * // alone in here, until the block ends
 * ```
 */
export interface Guard extends Disposable {
  /** Whether the hold has been given back. */
  readonly released: boolean;
  /** Gives the hold back. `[Symbol.dispose]()` is the same. */
  release(): void;
}

// Down-levelled `using` looks for this one where the runtime has no Symbol.dispose yet.
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/** The `Guard` of every lock: what its line took for a request. */
export class Hold<Owner, Request = void> implements Guard {
  readonly #request: Request;
  #queue: WaiterQueue<Owner, Request> | undefined;

  constructor(queue: WaiterQueue<Owner, Request>, request: Request) {
    this.#queue = queue;
    this.#request = request;
  }

  get released(): boolean {
    return this.#queue === undefined;
  }

  release(): void {
    this.spend()?.giveBack(this.#request);
  }

  /** Ends the guard without giving anything back. Returns the line, unless the guard was spent already. */
  spend(): WaiterQueue<Owner, Request> | undefined {
    const queue = this.#queue;
    this.#queue = undefined;
    return queue;
  }

  [dispose](): void {
    this.release();
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view('Guard', { released: this.released }, options, inspect);
  }
}
