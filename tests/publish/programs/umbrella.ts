// A program that uses the umbrella. The tests compile it to ES modules and to CommonJS.
import {
  ASemaphore,
  Barrier,
  createLock,
  Lock,
  Mutex,
  map,
  type ReadWriteLock,
  Semaphore,
  TimeoutError,
} from 'valvekit';

async function main(): Promise<void> {
  const mutex = new Mutex();
  using guard = await mutex.acquire();
  const error: unknown = await mutex.lock({ timeout: 1 }).catch((reason: unknown) => reason);
  if (!(error instanceof TimeoutError)) throw new Error(`lock of a locked mutex gave ${String(error)}`);
  if (mutex.tryAcquire() !== undefined || guard.released) throw new Error('a locked mutex was locked again');

  const lock: ReadWriteLock = createLock();
  if (!(lock instanceof Lock)) throw new Error('createLock() did not return a Lock');
  const prices = new Map([['tea', 3]]);
  const written = lock.write.sandbox(async () => prices.set('tea', 4));
  const price: number | undefined = await lock.read.sandbox(() => prices.get('tea'));
  await written;
  if (price !== 4) throw new Error(`read ${price} while it was written`);

  const semaphore = new Semaphore(2);
  const squares: number[] = await map(semaphore, [1, 2, 3], async (n) => n * n);
  if (squares.join() !== '1,4,9' || semaphore.available !== 2) throw new Error(`map gave ${squares.join()}`);

  const state = new Barrier('starting');
  const ready: Promise<string> = state.wait(['ready', 'failed']);
  state.set('ready');
  if ((await ready) !== 'ready') throw new Error('the gate opened on another value');

  const all = new ASemaphore();
  const tracked: number = await all.track(Promise.resolve(1));
  await all.wait();
  if (tracked !== 1 || all.count !== 0) throw new Error(`${all.count} operations are not done`);
  console.log('done');
}

// Proves that the types were found: without them, anything would compile.
export function doesNotCompile(lock: ReadWriteLock): void {
  // @ts-expect-error a read/write lock has readLock() and writeLock()
  void lock.lock();
}

void main();
