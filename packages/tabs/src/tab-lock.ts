import type { AsyncLockable, Lease, PermitOptions } from '@valvekit/core';
import { checkedPermits, enter, mismatch, requireOptions } from '@valvekit/core/line';
import { ACQUIRE, SANDBOX, type TabForm } from './forms.ts';
import type { TabLine } from './tab-line.ts';
import { type Asked, type TabVerb, tabVerb } from './verbs.ts';

const ACQUIRING: TabVerb = /* @__PURE__ */ tabVerb('acquire');
const TRYING: TabVerb = /* @__PURE__ */ tabVerb('tryAcquire', true);
const SANDBOXING: TabVerb = /* @__PURE__ */ tabVerb('sandbox');

/** A view of a lock, as `TabLocks` hands it out: it holds nothing and remembers nothing, and finds its line when it asks. */
export class TabLock implements AsyncLockable<Lease, PermitOptions>, Asked {
  readonly #line: () => TabLine;
  readonly #capacity: number;
  readonly #permits: number | undefined;

  /** @param permits - how many permits a call takes; undefined: as many as it says */
  constructor(line: () => TabLine, capacity: number, permits: number | undefined) {
    this.#line = line;
    this.#capacity = capacity;
    this.#permits = permits;
  }

  acquire(options?: PermitOptions): Promise<Lease> {
    return this.#enter(ACQUIRE, ACQUIRING, options);
  }

  async tryAcquire(options?: Pick<PermitOptions, 'signal'>): Promise<Lease | undefined> {
    requireOptions(options);
    try {
      return await this.#enter(ACQUIRE, TRYING, { signal: options?.signal, timeout: 0 });
    } catch (reason) {
      // The refusal of a try has none.
      if (reason === undefined) return undefined;
      throw reason;
    }
  }

  sandbox<R>(fn: (lease: Lease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    if (typeof fn !== 'function') return Promise.reject(new TypeError(mismatch('fn', 'a function', fn)));
    return this.#enter(SANDBOX, SANDBOXING, options, fn) as Promise<Awaited<R>>;
  }

  permitsOf(options: PermitOptions | undefined): number {
    if (this.#permits !== undefined) return this.#permits;
    const { permits = 1 } = options ?? {};
    return checkedPermits(permits, this.#capacity);
  }

  // So that Vue's `reactive` and its like do not wrap it.
  get [Symbol.toStringTag](): string {
    return 'TabLock';
  }

  #enter<Result>(
    form: TabForm<Result>,
    verb: TabVerb,
    options: PermitOptions | undefined,
    fn?: unknown,
  ): Promise<Result> {
    const line = this.#line();
    // Reading the arguments is user code, during which the line must stay the one of its name.
    line.calls++;
    const promise = enter(form, line, verb, this, options, fn);
    line.calls--;
    line.rest();
    return promise;
  }
}
