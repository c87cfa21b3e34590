import { Effect, Semaphore } from 'effect';
import { LIMIT, type Subject } from '../subject.ts';

// Called from async functions. Programs that consist of Effects do not pay for runPromise.
function run(semaphore: Semaphore.Semaphore, fn: () => unknown, options?: { signal: AbortSignal }): Promise<never> {
  const task = Effect.promise(async () => fn() as never);
  return Effect.runPromise(semaphore.withPermit(task), options);
}

export const subject: Subject = {
  sandbox() {
    const semaphore = Semaphore.makeUnsafe(1);
    return (fn) => run(semaphore, fn);
  },
  semaphore() {
    const semaphore = Semaphore.makeUnsafe(LIMIT);
    return (fn) => run(semaphore, fn);
  },
  map: () => (items, fn) =>
    Effect.runPromise(Effect.forEach(items, (item) => Effect.promise(() => fn(item)), { concurrency: LIMIT })),
  abortable() {
    const semaphore = Semaphore.makeUnsafe(1);
    return {
      lock: () => Effect.runPromise(semaphore.take(1)),
      unlock: () => void Effect.runSync(semaphore.release(1)),
      wait: (signal) => run(semaphore, () => undefined, { signal }),
    };
  },
  idleSemaphore: () => () => Semaphore.makeUnsafe(LIMIT),
};
