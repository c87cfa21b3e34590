import type { AsyncLockable, Lease, PermitOptions } from '@valvekit/core';
import { checkedPermits, readWaitOptions, requireFunction, requireOptions } from '@valvekit/core/line';
import type { TabLine } from './tab-line.ts';
import type { Fn } from './telling.ts';

/** A view of a lock, as `TabLocks` hands it out: it holds nothing and remembers nothing, and finds its line when it asks. */
export class TabLock implements AsyncLockable<Lease, PermitOptions> {
  readonly #line: () => TabLine;
  readonly #capacity: number;
  readonly #permits: number | undefined;
  readonly #side: string;

  /**
   * @param permits - how many permits a call takes; undefined: as many as it says
   * @param side - what messages say before the method
   */
  constructor(line: () => TabLine, capacity: number, permits: number | undefined, side = '') {
    this.#line = line;
    this.#capacity = capacity;
    this.#permits = permits;
    this.#side = side;
  }

  acquire(options?: PermitOptions): Promise<Lease> {
    return this.#enter('acquire', options);
  }

  async tryAcquire(options?: Pick<PermitOptions, 'signal'>): Promise<Lease | undefined> {
    requireOptions(options);
    return this.#enter('tryAcquire', { signal: options?.signal, timeout: 0 }, undefined, true);
  }

  async sandbox<R>(fn: (lease: Lease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    requireFunction('fn', fn);
    return this.#enter('sandbox', options, fn);
  }

  // For tools that watch it.
  get capacity(): number {
    return this.#capacity;
  }

  // So that Vue's `reactive` and its like do not wrap it.
  get [Symbol.toStringTag](): string {
    return 'TabLock';
  }

  async #enter(method: string, options: PermitOptions | undefined, fn?: Fn, isTry?: boolean): Promise<never> {
    const terms = readWaitOptions(options);
    const { permits = 1 } = options ?? {};
    const count = this.#permits ?? checkedPermits(permits, this.#capacity);
    // Now, because reading the options is user code, which may come here, too.
    return this.#line().enter(this.#side + method, count, terms, fn, isTry);
  }
}
