import type { Guard } from '../contract/guard.ts';
import type { LockLine } from '../line/waiter.ts';
import { type Inspect, inspection, view } from '../runtime/inspection.ts';

export interface Hold<Request> extends Guard {
  spend(): LockLine<Request> | undefined;
}

/** The `Guard` of every lock: what its line took for a request. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Symbol.dispose is added when the first guard is made
export class Hold<Request = void> {
  readonly #request: Request;
  #line: LockLine<Request> | undefined;

  constructor(line: LockLine<Request>, request: Request) {
    this.#line = line;
    this.#request = request;
    // Looked for with each guard, because a program may define it after it has imported us. Where there is none, compiled
    // `using` looks for the other one.
    const dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
    Hold.prototype[dispose as never] ??= release as never;
  }

  get released(): boolean {
    return this.#line === undefined;
  }

  release(): void {
    this.spend()?.giveBack(this.#request);
  }

  /** Ends the guard without releasing anything. Returns the line, unless the guard was spent already. */
  spend(): LockLine<Request> | undefined {
    const line = this.#line;
    this.#line = undefined;
    return line;
  }

  /** The line, until the guard is spent. */
  protected get line(): LockLine<Request> | undefined {
    return this.#line;
  }

  // Vue's `reactive` and its like wrap what they take for a plain object, and private members do not work on a wrapper.
  get [Symbol.toStringTag](): string {
    return #request in this ? 'Guard' : 'Object';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: Inspect): string {
    return view('Guard', { released: this.released }, options, inspect);
  }
}

function release(this: Guard): void {
  this.release();
}
