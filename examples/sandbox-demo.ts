// The demo of version 0.2: a hundred items, five at a time, and many of them fail: some throw, some reject. Each one
// releases its permit all the same. The random numbers come from a seed, so the same items fail in every run.
import { createSemaphore } from 'valvekit';
import { randomFrom } from './random.ts';
import { printed } from './stage.ts';

export async function main({ tick, watch, tell } = printed, items = 100, seed = 2): Promise<void> {
  const sem = createSemaphore(5);
  const random = randomFrom(seed);
  watch(sem);

  function demo(item: string): Promise<string> {
    tell(item, 'asks');
    return sem.sandbox(() => {
      tell(item, 'starts');
      if (random() > 0.7) {
        tell(item, 'throws');
        throw new Error(`${item} - accident`);
      }
      const isLucky = random() <= 0.5;
      return new Promise<string>((resolve, reject) => {
        const finish = () => {
          tell(item, isLucky ? 'resolves' : 'rejects');
          if (isLucky) resolve(item);
          else reject(new Error(`${item} - rejected`));
        };
        setTimeout(finish, (2 + 2 * random()) * tick);
      });
    });
  }

  const outcomes = await Promise.allSettled(Array.from({ length: items }, (_, index) => demo(`Item[${index}]`)));
  const failures = outcomes.filter(({ status }) => status === 'rejected').length;
  tell(`${items} items`, 'have settled,', `${failures} of them failed`);
}

if (import.meta.main) await main();
