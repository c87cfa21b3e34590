// Guards: `acquire()` returns one, and `using` releases it at the end of the block, however the block ends. Node 24 and
// later, TypeScript and most build tools support `using`; elsewhere write `try { … } finally { guard.release(); }`.
import { setTimeout as sleep } from 'node:timers/promises';
import { Mutex, ReadWriteLock, Semaphore } from 'valvekit';
import { printed } from './stage.ts';

export async function main({ tick, watch, tell } = printed): Promise<void> {
  const mutex = new Mutex();

  async function write(who: string, fails = false): Promise<void> {
    tell(who, 'asks', 'for the file');
    using _alone = await mutex.acquire();
    tell(who, 'holds', 'the file');
    await sleep(4 * tick);
    tell(who, 'leaves', fails ? 'with an error' : undefined);
    if (fails) throw new Error('disk full'); // The guard is released all the same.
  }

  watch(mutex);
  await Promise.allSettled([write('writer 1'), write('writer 2', true), write('writer 3')]);

  const seats = new Semaphore(4);

  async function visit(who: string, permits: number): Promise<void> {
    tell(who, 'asks', `for ${permits} of 4 seats`);
    using _seated = await seats.acquire({ permits });
    tell(who, 'holds', `${permits} seats`);
    await sleep(6 * tick);
    tell(who, 'leaves');
  }

  watch(seats);
  await Promise.all([visit('couple 1', 2), visit('couple 2', 2), visit('family', 4), visit('couple 3', 2)]);

  const document = new ReadWriteLock();

  async function correct(who: string, finds: boolean): Promise<void> {
    tell(who, 'asks', 'to read, perhaps to write');
    using guard = await document.upgradable.acquire();
    tell(who, 'reads');
    await sleep(4 * tick);
    if (finds) {
      tell(who, 'asks', 'to write');
      await guard.upgrade(); // No other writer comes in between.
      tell(who, 'writes');
      await sleep(4 * tick);
    }
    tell(who, 'leaves', finds ? 'with a change' : 'with no change');
  }

  async function read(who: string): Promise<void> {
    tell(who, 'asks', 'to read');
    using _guard = await document.read.acquire();
    tell(who, 'reads');
    await sleep(7 * tick);
    tell(who, 'leaves');
  }

  watch(document);
  await Promise.all([read('reader'), correct('editor 1', true), correct('editor 2', false)]);
}

if (import.meta.main) await main();
