// What a user writes who counts bytes. In the tests it is compiled to ES modules and to CommonJS.
import { type Guard, type Lockable, Mutex, ReadWriteLock, Semaphore, TimeoutError } from '@valvekit/lite';

async function main(): Promise<void> {
  const mutex = new Mutex();
  const doubles: number[] = await Promise.all([1, 2, 3].map((n) => mutex.sandbox(async () => n * 2)));
  if (doubles.join() !== '2,4,6') throw new Error(`sandbox gave ${doubles.join()}`);
  {
    using guard: Guard = await mutex.acquire();
    const error: unknown = await mutex.acquire({ timeout: 1, signal: null }).catch((reason: unknown) => reason);
    if (!(error instanceof TimeoutError)) throw new Error(`acquire of a held mutex gave ${String(error)}`);
    if (guard.released) throw new Error('the guard is released inside its block');
  }
  if (mutex.isLocked) throw new Error('the guard did not release at the end of its block');

  const semaphore = new Semaphore(3);
  semaphore.tryAcquire(2)?.release();
  const locks: Lockable[] = [mutex, semaphore, new ReadWriteLock().read, new ReadWriteLock().write];
  for (const lock of locks) await lock.sandbox(() => {});
  console.log('done');
}

// The types have really arrived: anything would be accepted if they had not.
export function isRefused(lock: Mutex): void {
  // @ts-expect-error there are no priorities
  void lock.acquire({ priority: 1 });
}

void main();
