import { collectGarbage } from './heap.ts';
import type { Budget } from './job.ts';
import type { Things } from './subject.ts';
import type { Row, Work } from './workload.ts';

// Beyond, warming up would take as long as measuring, and the compiler has made up its mind long before.
const LARGEST_WARM_UP = 100_000;
const WARM_UP_INSTEAD = 10_000;

// A fraction of what 10,000 waiters leave, and too few to take time.
const MOST_LITTER = 5_000;

/** Warms up, then takes samples until the budget is spent, of all that one subject does in one row. */
export async function measure(
  row: Row,
  make: () => Things[keyof Things],
  size: number,
  budget: Budget,
): Promise<number[]> {
  // Memory needs no warming up, and what is left of one sample would be in the next.
  if (row.unit === 'bytes') return [(await row.prepare(make(), size)(size)) as number];
  const warmUpSize = size > LARGEST_WARM_UP ? WARM_UP_INSTEAD : size;
  const warmUp = row.prepare(make(), warmUpSize);
  await repeat(budget.warmUp, () => sample(warmUp, warmUpSize, budget.sample));
  const work = size === warmUpSize ? warmUp : row.prepare(make(), size);
  return repeat(budget.samples, () => {
    // What is left of a large sample would be collected in the next one. A small one is better left alone: a collection
    // throws the optimized code away, and then it is the interpreter that is measured.
    if (size > warmUpSize && row.isRepetition === undefined) collectGarbage();
    return sample(work, size, budget.sample);
  });
}

/** At least once, and until so many milliseconds have passed. */
async function repeat(ms: number, fn: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  const end = performance.now() + ms;
  do results.push(await fn());
  while (performance.now() < end);
  return results;
}

/** Nanoseconds for each operation. */
async function sample(work: Work, size: number, least: number): Promise<number> {
  let operations = 0;
  let uncounted = 0;
  let ms = 0;
  const start = performance.now();
  do {
    if (size >= 1_000) stir();
    const result = await work(size);
    if (typeof result === 'number') uncounted += result;
    operations += size;
    ms = performance.now() - start - uncounted;
  } while (ms < least);
  return (ms * 1e6) / operations;
}

let litter: object | undefined;

// Without it work and scavenges fall into step: one subject then always pays for all who wait, another one for nobody.
function stir(): void {
  for (let amount = Math.random() * MOST_LITTER; amount > 0; amount--) litter = { amount };
  // So that the compiler leaves nothing out.
  if (litter === undefined) throw new Error('there is no litter');
}
