import { type Inspect, inspection, view } from './inspection.ts';

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

/** The `Guard` of every lock: it knows the lock, and how to give back what it took. */
export class Hold<Owner, Amount = void> implements Guard {
  readonly #giveBack: (this: Owner, amount: Amount) => void;
  readonly #amount: Amount;
  #owner: Owner | undefined;

  /** @param giveBack - called as a method of the lock */
  constructor(owner: Owner, giveBack: (this: Owner, amount: Amount) => void, amount: Amount) {
    this.#owner = owner;
    this.#giveBack = giveBack;
    this.#amount = amount;
  }

  get released(): boolean {
    return this.#owner === undefined;
  }

  release(): void {
    const owner = this.spend();
    if (owner !== undefined) this.#giveBack.call(owner, this.#amount);
  }

  /** Ends the guard without giving anything back. Returns the lock, unless the guard was spent already. */
  spend(): Owner | undefined {
    const owner = this.#owner;
    this.#owner = undefined;
    return owner;
  }

  [dispose](): void {
    this.release();
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view('Guard', { released: this.released }, options, inspect);
  }
}
