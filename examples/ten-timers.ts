// Ten timers of random length, and one notification when the last one has fired.
import { ASemaphore } from 'valvekit';
import { randomFrom } from './random.ts';
import { printed } from './stage.ts';

export async function main({ tick, watch, tell } = printed, seed = 1): Promise<void> {
  const random = randomFrom(seed);
  const unfinished = new ASemaphore(() => tell('notification:', 'the last timer has rung'));
  watch(unfinished);

  unfinished.v(); // For the loop itself: the count stays above zero until all timers have started.
  for (let number = 1; number <= 10; number++) {
    const ticks = Math.ceil(random() * 35);
    unfinished.v();
    tell(`timer ${number}`, 'starts', `for ${ticks} ticks`);
    setTimeout(() => {
      tell(`timer ${number}`, 'ends');
      unfinished.p();
    }, ticks * tick);
  }
  unfinished.p();
  tell('program', 'waits', 'for all of them');
  await unfinished.wait();
  tell('program', 'goes on', 'after the last of them');
}

if (import.meta.main) await main();
