import { createHook } from 'node:async_hooks';

export interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let parts: Omit<Deferred<T>, 'promise'> = { resolve() {}, reject() {} };
  const promise = new Promise<T>((resolve, reject) => {
    parts = { resolve, reject };
  });
  return { promise, ...parts };
}

/** One deferred for each item of a test. */
export function deferreds<T = void>(count: number): Deferred<T>[] {
  return Array.from({ length: count }, () => deferred<T>());
}

/** A source that counts what is read, and whether it was closed. */
export function counting(length: number, isAsync = false) {
  const source = { pulled: 0, closed: 0 };
  const next = (): IteratorResult<number, undefined> =>
    source.pulled < length ? { done: false, value: source.pulled++ } : { done: true, value: undefined };
  const close = (): IteratorResult<number, undefined> => {
    source.closed++;
    return { done: true, value: undefined };
  };
  const iterable = isAsync
    ? { [Symbol.asyncIterator]: () => ({ next: async () => next(), return: async () => close() }) }
    : { [Symbol.iterator]: () => ({ next, return: close }) };
  return Object.assign(iterable as Iterable<number> | AsyncIterable<number>, { source });
}

/** A source whose `next()` calls these functions, and then is silent. */
export function scripted(steps: readonly (() => unknown)[], isAsync = true) {
  const source = { reads: 0, closed: 0 };
  const iterator = {
    next: () => steps[source.reads++]?.() ?? new Promise(() => {}),
    return() {
      source.closed++;
      return new Promise(() => {});
    },
  };
  const iterable = { [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => iterator };
  return Object.assign(iterable as unknown as AsyncIterable<number>, { source });
}

/** A step of an async source. */
export function item(value: number): () => Promise<IteratorResult<number>> {
  return async () => ({ done: false, value });
}

/** The same stream, whose rejections may be looked at later. */
export function quiet<T>(results: AsyncIterableIterator<T>): AsyncIterableIterator<T> {
  const next = results.next.bind(results);
  results.next = () => {
    const promise = next();
    promise.catch(() => {});
    return promise;
  };
  return results;
}

/** Our async contexts that have been made and not been closed. Node tells of the end of one a macrotask later. */
export class Contexts implements Disposable {
  readonly open: Set<number> = new Set();
  made = 0;
  readonly #hook = createHook({
    init: (id, type) => {
      if (type !== 'valvekit') return;
      this.made++;
      this.open.add(id);
    },
    destroy: (id) => void this.open.delete(id),
  }).enable();

  [Symbol.dispose](): void {
    this.#hook.disable();
  }
}
