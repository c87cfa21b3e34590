import { acquire, type Guard, type GuardOf, type Lockable, sandbox, type WaitOptions } from '@valvekit/core';
import { GUARDED, type Holds, type Mode, type Queue, type Request } from './holds.ts';

/** One way to hold a read/write lock: to read, to write, or to read and perhaps write later. */
export class Side<G extends Guard> implements Lockable<G> {
  readonly #queue: Queue;
  readonly #request: Request;
  readonly #GuardClass: GuardOf<Holds, Request, G>;

  constructor(holds: Holds, mode: Mode, GuardClass: GuardOf<Holds, Request, G>) {
    this.#queue = holds.queue(mode);
    this.#request = GUARDED[mode];
    this.#GuardClass = GuardClass;
  }

  acquire(options?: WaitOptions): Promise<G> {
    return acquire(this.#queue, this.#GuardClass, () => this.#request, operation(this.#request, 'acquire'), options);
  }

  tryAcquire(): G | undefined {
    if (!this.#queue.tryAdmit(this.#request)) return undefined;
    return new this.#GuardClass(this.#queue, this.#request);
  }

  sandbox<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<Awaited<R>> {
    return sandbox(this.#queue, () => this.#request, operation(this.#request, 'sandbox'), fn, options);
  }
}

function operation({ mode }: Request, verb: string): string {
  return `ReadWriteLock.${mode}.${verb}`;
}
