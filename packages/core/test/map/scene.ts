// What the tests of `map` and `stream` play with.
export { rest } from '@valvekit-internal/laws/rest';

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

/** A function that starts a job for each item, which ends when the test says so. */
export function jobs(): { fn(item: number): Promise<unknown>; started: number[]; [item: number]: Deferred<unknown> } {
  const all: Record<number, Deferred<unknown>> & { started: number[]; fn(item: number): Promise<unknown> } = {
    started: [],
    fn(item) {
      const job = deferred<unknown>();
      all[item] = job;
      all.started.push(item);
      return job.promise;
    },
  };
  return all as ReturnType<typeof jobs>;
}

/** Counts how often a source was read and closed. */
export interface Counts {
  read: number;
  closed: number;
}

export type Counted = (Iterable<number> | AsyncIterable<number>) & { counts: Counts };

/** A source of 0, 1, 2 … that counts. */
export function counting(length: number, isAsync: boolean): Counted {
  const counts = { read: 0, closed: 0 };
  const next = (): IteratorResult<number, undefined> =>
    counts.read < length ? { done: false, value: counts.read++ } : { done: true, value: undefined };
  const close = (): IteratorResult<number, undefined> => {
    counts.closed++;
    return { done: true, value: undefined };
  };
  const iterable = isAsync
    ? { [Symbol.asyncIterator]: () => ({ next: async () => next(), return: async () => close() }) }
    : { [Symbol.iterator]: () => ({ next, return: close }) };
  return Object.assign(iterable, { counts });
}

/** A source that gives what the test says, and when: each read stays pending until then. */
export class Silent implements AsyncIterable<number> {
  readonly counts: Counts = { read: 0, closed: 0 };
  #step: Deferred<IteratorResult<number, undefined>> | undefined;

  [Symbol.asyncIterator](): AsyncIterator<number, undefined> {
    return {
      next: () => {
        this.counts.read++;
        this.#step = deferred<IteratorResult<number, undefined>>();
        return this.#step.promise;
      },
      return: () => {
        this.counts.closed++;
        // As an async generator that is still busy with its `next()`.
        return new Promise(() => {});
      },
    };
  }

  give(value: number): void {
    this.#step?.resolve({ done: false, value });
  }

  end(): void {
    this.#step?.resolve({ done: true, value: undefined });
  }

  fail(error: unknown): void {
    this.#step?.reject(error);
  }
}

/** A signal that counts its listeners. */
export function countingSignal(): { controller: AbortController; signal: AbortSignal; listeners(): number } {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: never) => {
    listeners.add(listener);
    add(type, listener);
  };
  signal.removeEventListener = (type: string, listener: never) => {
    listeners.delete(listener);
    remove(type, listener);
  };
  // The listeners of an aborted signal are gone once they have run.
  return { controller, signal, listeners: () => (signal.aborted ? 0 : listeners.size) };
}

export const kinds = [
  ['a sync source', false],
  ['an async source', true],
] as const;
