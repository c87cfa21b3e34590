import { collectGarbage } from './heap.ts';
import type { Budget, Samples } from './job.ts';
import { isUndisturbed, type Paced, pace, undisturbed } from './pace.ts';
import type { Things } from './subject.ts';
import type { Row, Work } from './workload.ts';

// Beyond this size, warming up would take as long as measuring, although the compiler is done long before.
const LARGEST_WARM_UP = 100_000;
const WARM_UP_INSTEAD = 10_000;

// Milliseconds to wait for a quiet machine.
const PATIENCE = 1_500;

// A fraction of the garbage of 10,000 waiters, and too few to take time.
const MOST_LITTER = 5_000;

/**
 * Warms up, then takes samples of one subject in one row until the budget is spent.
 *
 * @param known - the best known pace of this machine
 */
export async function measure(
  row: Row,
  make: () => Things[keyof Things],
  size: number,
  budget: Budget,
  known = Number.POSITIVE_INFINITY,
): Promise<Samples> {
  // Memory needs no warm-up, and leftovers of one sample would show up in the next.
  if (row.unit === 'bytes') return { samples: [(await row.prepare(make(), size)(size)) as number] };
  const warmUpSize = size > LARGEST_WARM_UP ? WARM_UP_INSTEAD : size;
  const warmUp = row.prepare(make(), warmUpSize);
  await repeat(budget.warmUp, () => {
    pace(); // warms up, too
    return sample(warmUp, warmUpSize, budget.sample);
  });
  const work = size === warmUpSize ? warmUp : row.prepare(make(), size);
  return whileQuiet(budget.samples, known, () => {
    // The garbage of a large sample would be collected during the next one. Do not collect after a small sample: that
    // discards optimized code, and the next sample would measure the interpreter.
    if (size > warmUpSize && row.isRepetition === undefined) collectGarbage();
    return sample(work, size, budget.sample);
  });
}

/** Repeats `fn` at least once, and until `ms` milliseconds have passed. */
async function repeat(ms: number, fn: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + ms;
  do await fn();
  while (performance.now() < end);
}

/** The same, but counts only undisturbed time, unless that takes too long. */
async function whileQuiet(ms: number, known: number, fn: () => Promise<number>): Promise<Samples> {
  const measurements: Paced[] = [];
  const start = performance.now();
  let best = known;
  let quiet = 0;
  do {
    const before = pace();
    const from = performance.now();
    const value = await fn();
    const took = performance.now() - from;
    const after = pace();
    best = Math.min(best, before, after);
    const measurement = { value, pace: Math.max(before, after) };
    measurements.push(measurement);
    if (isUndisturbed(measurement, best)) quiet += took;
  } while (quiet < ms && performance.now() - start < PATIENCE);
  return { samples: undisturbed(measurements, best), pace: best };
}

/** Nanoseconds per operation. */
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

// Without this, the work and the scavenges synchronize: one subject then always pays for all waiters, another for none.
function stir(): void {
  for (let amount = Math.random() * MOST_LITTER; amount > 0; amount--) litter = { amount };
  // Keeps the compiler from removing the loop.
  if (litter === undefined) throw new Error('there is no litter');
}
