import type { StreamOptions } from 'valvekit';
import type { Defect, Modules } from '../defect.ts';

/** One call of `map` or `stream`. */
interface Call {
  lock: { tryTake(): boolean };
  source: object;
  fn: (item: unknown, index: number) => unknown;
  options: StreamOptions & { signal?: AbortSignal };
}

/** Changes what both functions are called with. */
function changing(change: (call: Call) => Partial<Call>): NonNullable<Defect['plant']> {
  return (modules: Modules) => {
    const { map, stream } = modules;
    const changed =
      (original: (...call: never[]) => unknown) => (lock: never, source: never, fn: never, options: never) => {
        const call = { lock, source, fn, options };
        const { lock: l, source: s, fn: f, options: o } = { ...call, ...change(call) };
        return original(l as never, s as never, f as never, o as never);
      };
    Object.assign(modules, { map: changed(map as never), stream: changed(stream as never) });
  };
}

interface Iterating {
  next(): unknown;
  return?(): unknown;
}

/** A source whose iterator is changed. */
function iterating(source: object, change: (iterator: Iterating) => Partial<Iterating>): object {
  return Object.fromEntries(
    [Symbol.iterator, Symbol.asyncIterator].flatMap((symbol) => {
      const make = Reflect.get(source, symbol) as (() => Iterating) | undefined;
      if (make === undefined) return [];
      return [
        [
          symbol,
          () => {
            const iterator = make();
            return { ...iterator, ...change(iterator) };
          },
        ],
      ];
    }),
  );
}

const defects: Omit<Defect, 'exploration'>[] = [
  {
    name: 'map reads two items ahead',
    plant: changing(({ source }) => ({
      source: iterating(source, (iterator) => {
        const ahead = [iterator.next()];
        return {
          next() {
            ahead.push(iterator.next());
            return ahead.shift();
          },
        };
      }),
    })),
    primitive: 'map',
    shownBy: 'two at a time, in any order of their ends',
  },
  {
    name: 'map keeps the permit of a call that fails',
    plant: changing(({ lock, fn }) => ({
      fn(item, index) {
        const result = fn(item, index);
        if (result instanceof Promise) result.catch(() => setKept(lock));
        return result;
      },
    })),
    primitive: 'map',
    shownBy: 'two at a time, in any order of their ends',
  },
  {
    name: 'map forgets to close its source',
    plant: changing(({ source }) => ({ source: iterating(source, () => ({ return: () => ({}) })) })),
    primitive: 'map',
    shownBy: 'a slow source',
  },
  {
    name: 'map closes a source that has failed',
    plant: changing(({ source }) => ({
      source: iterating(source, (iterator) => ({
        next() {
          const step = iterator.next();
          if (step instanceof Promise) step.catch(() => iterator.return?.());
          return step;
        },
      })),
    })),
    primitive: 'map',
    shownBy: 'a slow source that fails',
  },
  {
    name: 'map notices an abort only at the next item',
    plant: changing(({ source, options: { signal, ...options } }) => ({
      options,
      source: iterating(source, (iterator) => ({
        next() {
          signal?.throwIfAborted();
          return iterator.next();
        },
      })),
    })),
    primitive: 'map',
    shownBy: 'a source that falls silent',
  },
  {
    name: 'map forgets its priority',
    plant: changing(({ options }) => ({ options: { ...options, priority: 0 } })),
    primitive: 'map',
    shownBy: 'it waits behind others',
  },
  {
    name: 'map waits while the source is silent',
    plant: changing(({ lock, source }) => ({
      source: iterating(source, (iterator) => ({
        next() {
          const step = iterator.next();
          if (step instanceof Promise) lock.tryTake();
          return step;
        },
      })),
    })),
    primitive: 'map',
    shownBy: 'a slow source',
  },
  {
    name: 'a stream’s buffer takes one too many',
    plant: changing(({ options: { buffer = 16, ...options } }) => ({ options: { ...options, buffer: buffer + 1 } })),
    primitive: 'stream',
    shownBy: 'a full buffer, and permits that come too late',
  },
  {
    name: 'an unordered stream keeps the order',
    plant: changing(({ options }) => ({ options: { ...options, ordered: true } })),
    primitive: 'stream',
    shownBy: 'as they finish',
  },
  {
    name: 'an ordered stream does not',
    plant: changing(({ options }) => ({ options: { ...options, ordered: false } })),
    primitive: 'stream',
    shownBy: 'in order',
  },
  {
    name: 'a stream begins before the first next()',
    plant(modules) {
      const { stream } = modules;
      const eager = (...call: Parameters<typeof stream>) => {
        const results = stream(...call);
        const first = results.next();
        first.catch(() => {});
        const later = results.next.bind(results);
        let isFirst = true;
        results.next = () => {
          const promise = isFirst ? first : later();
          isFirst = false;
          return promise;
        };
        return results;
      };
      Object.assign(modules, { stream: eager });
    },
    primitive: 'stream',
    shownBy: 'in order',
  },
  {
    name: 'a stream that is left leaves its next() pending',
    plant(modules) {
      const { stream } = modules;
      const forgetful = (...call: Parameters<typeof stream>) => {
        const results = stream(...call);
        const next = results.next.bind(results);
        results.next = async () => {
          const result = await next();
          return result.done ? new Promise<never>(() => {}) : result;
        };
        return results;
      };
      Object.assign(modules, { stream: forgetful });
    },
    primitive: 'stream',
    shownBy: 'a slow source, left and aborted',
  },
];

/** Faults of `map` and `stream`. */
export const mapDefects: Defect[] = defects.map((defect) => ({ ...defect, exploration: 'map' }));

// Once the permit has come back.
function setKept(lock: Call['lock']): void {
  void Promise.resolve().then(() => lock.tryTake());
}
