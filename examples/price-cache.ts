// A cache with many readers at a time and one writer. The update writes alone, then reads what it wrote: together with
// other readers, but before the next write.
import { setTimeout as sleep } from 'node:timers/promises';
import { ReadWriteLock } from 'valvekit';
import { printed } from './stage.ts';

export async function main({ tick, watch, tell } = printed): Promise<void> {
  const lock = new ReadWriteLock();
  const prices = new Map([
    ['tea', 3],
    ['coffee', 4],
  ]);
  watch(lock);

  function read(who: string, name: string): Promise<void> {
    tell(who, 'asks', `for the price of ${name}`);
    return lock.read.sandbox(async () => {
      tell(who, 'reads');
      await sleep(6 * tick);
      tell(who, 'leaves', `with ${name} at ${prices.get(name)}`);
    });
  }

  async function raisePrices(who: string): Promise<void> {
    tell(who, 'asks', 'to write');
    const writing = await lock.write.acquire();
    try {
      tell(who, 'writes');
      for (const [name, price] of prices) {
        await sleep(4 * tick);
        prices.set(name, price + 1);
      }
      tell(who, 'reads', 'what it wrote');
      const reading = writing.downgrade();
      try {
        await sleep(4 * tick);
        tell(who, 'leaves', `with a sum of ${[...prices.values()].reduce((sum, price) => sum + price)}`);
      } finally {
        reading.release();
      }
    } finally {
      writing.release(); // Does nothing after a downgrade, which spends this guard.
    }
  }

  const visits: Promise<void>[] = [];
  for (let number = 1; number <= 12; number++) {
    visits.push(read(`reader ${number}`, number % 2 ? 'tea' : 'coffee'));
    if (number === 4 || number === 9) visits.push(raisePrices(`update ${number === 4 ? 1 : 2}`));
    await sleep(3 * tick);
  }
  await Promise.all(visits);
}

if (import.meta.main) await main();
