// With a library that declares Symbol.dispose.
import { KeyedLocks, Mutex, ReadWriteLock } from 'valvekit';

export async function use(): Promise<void> {
  using _one = await new Mutex().acquire();
  using _two = new ReadWriteLock().write.tryAcquire();
  using _three = await new KeyedLocks().mutex('key').acquire();
  // oxlint-disable-next-line await-thenable -- `await using` takes guards, too
  await using _four = await new Mutex().acquire();
  const disposable: Disposable = await new Mutex().acquire();
  disposable[Symbol.dispose]();
}
