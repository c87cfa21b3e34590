import type { Guard } from '../contract/guard.ts';
import type { WaiterQueue } from '../line/waiter-queue.ts';
import { type Inspect, inspection, view } from '../runtime/inspection.ts';

// Compiled `using` looks for this one where the runtime has no Symbol.dispose.
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/** The `Guard` of every lock: what its line took for a request. */
export class Hold<Request = void> implements Guard {
  #request: Request;
  #line: WaiterQueue<Request> | undefined;

  constructor(line: WaiterQueue<Request>, request: Request) {
    this.#line = line;
    this.#request = request;
    // The program may have defined it after it imported us.
    if (Symbol.dispose !== undefined && !(Symbol.dispose in this)) {
      Object.defineProperty(Hold.prototype, Symbol.dispose, { value: Hold.prototype[dispose], configurable: true });
    }
  }

  get released(): boolean {
    return this.#line === undefined;
  }

  release(): void {
    this.spend()?.giveBack(this.#request);
  }

  /** Ends the guard without releasing anything. Returns the line, unless the guard was spent already. */
  spend(): WaiterQueue<Request> | undefined {
    const line = this.#line;
    this.#line = undefined;
    return line;
  }

  /** The line, until the guard is spent. */
  protected get line(): WaiterQueue<Request> | undefined {
    return this.#line;
  }

  /** The hold has turned into another one. */
  protected become(request: Request): void {
    this.#request = request;
  }

  [dispose](): void {
    this.release();
  }

  // Vue's `reactive` and its like wrap what they take for a plain object, and private members do not work on a wrapper.
  get [Symbol.toStringTag](): string {
    return 'Guard';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view('Guard', { released: this.released }, options, inspect);
  }
}
