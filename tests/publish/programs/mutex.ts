// A program that uses one package. The tests compile it to ES modules and to CommonJS.
import { type Guard, InvalidStateError, type Lockable, Mutex, TimeoutError } from '@valvekit/mutex';

async function main(): Promise<void> {
  const mutex = new Mutex();

  let inside = 0;
  const double = async (n: number): Promise<number> => {
    if (++inside > 1) throw new Error('two functions run at a time');
    await Promise.resolve();
    inside--;
    return n * 2;
  };
  const doubles: number[] = await Promise.all([1, 2, 3].map((n) => mutex.sandbox(() => double(n))));
  if (doubles.join() !== '2,4,6') throw new Error(`sandbox gave ${doubles.join()}`);

  {
    using guard: Guard = await mutex.acquire();
    const error: unknown = await mutex.lock({ timeout: 1 }).catch((reason: unknown) => reason);
    if (!(error instanceof TimeoutError)) throw new Error(`lock of a locked mutex gave ${String(error)}`);
    if (guard.released) throw new Error('the guard is released inside its block');
  }
  if (mutex.isLocked) throw new Error('the guard did not release at the end of its block');

  await new Promise<void>((resolve, reject) => {
    mutex.lock(function (error) {
      if (error !== undefined) return reject(error);
      this.unlock();
      resolve();
    }, 5000);
  });

  try {
    mutex.unlock();
    throw new Error('a free mutex was unlocked');
  } catch (error) {
    if (!(error instanceof InvalidStateError)) throw error;
  }
  console.log('done');
}

// Proves that the types were found: without them, anything would compile.
export function doesNotCompile(lock: Lockable): void {
  // @ts-expect-error a timeout is a number, not a string
  void lock.acquire({ timeout: '5 s' });
}

void main();
