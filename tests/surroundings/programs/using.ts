// Compiled by each compiler; run without Symbol.dispose.
import { KeyedLocks, Mutex, ReadWriteLock } from 'valvekit';

const rw = new ReadWriteLock();

export const locks = [new Mutex(), rw.read, rw.write, rw.upgradable, new KeyedLocks<string>().mutex('key')];

export async function useAll(): Promise<boolean[]> {
  const released: boolean[] = [];
  for (const lock of locks) {
    let seen: { readonly released: boolean };
    {
      using guard = await lock.acquire();
      seen = guard;
      if (guard.released) throw new Error('released too early');
    }
    released.push(seen.released);
    {
      // oxlint-disable-next-line await-thenable -- `await using` takes guards, too
      await using guard = await lock.acquire();
      seen = guard;
    }
    released.push(seen.released);
  }
  return released;
}
