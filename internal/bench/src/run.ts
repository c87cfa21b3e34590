import type { Contestant } from './contestants.ts';
import type { Budget } from './job.ts';
import { type Runtime, runJob } from './process.ts';
import type { Line, Measurement } from './results.ts';
import { median, shuffled } from './statistics.ts';
import type { Row } from './workload.ts';

export interface Plan {
  readonly runtime: Runtime;
  readonly rounds: number;
  readonly budget: Budget;
  /** The best pace that any process has seen so far. */
  pace?: number;
  /** The number of milliseconds after which a process is stopped. */
  readonly cap: number;
  /** Called before each process. */
  onProgress(text: string): void;
}

interface Entry {
  readonly contestant: Contestant;
  readonly size: number;
  readonly rounds: number[];
  least: number;
  wrong?: string;
  stopped?: number;
}

/**
 * Measures a row at all its sizes. Each round runs every subject once, in a different order, each in a new process, so
 * that other activity on the machine affects all alike.
 */
export async function runRow(
  workload: string,
  row: Row,
  sizes: readonly number[],
  contestants: readonly Contestant[],
  plan: Plan,
): Promise<Line[]> {
  const entries = sizes.flatMap((size) =>
    contestants.map((contestant): Entry => ({ contestant, size, rounds: [], least: Number.POSITIVE_INFINITY })),
  );
  // Memory is the same every time.
  const rounds = row.unit === 'bytes' ? 1 : plan.rounds;
  for (let round = 1; round <= rounds; round++) {
    for (const entry of shuffled(entries)) {
      if (isOut(entry, entries)) continue;
      plan.onProgress(`${row.id}, ${entry.size}: round ${round} of ${rounds}, ${entry.contestant.name}`);
      await runOnce(row, entry, plan);
    }
  }
  return sizes.map((size) => ({
    workload,
    row: row.id,
    title: row.title,
    size,
    isRepetition: row.isRepetition === true,
    per: row.per,
    unit: row.unit ?? 'ns',
    measurements: entries.filter((entry) => entry.size === size).map(measurementOf),
  }));
}

// A subject that is wrong, or too slow at this size or a smaller one, does not run again.
function isOut({ contestant, size }: Entry, entries: readonly Entry[]): boolean {
  return entries.some(
    (other) =>
      other.contestant === contestant &&
      ((other.size === size && other.wrong !== undefined) || (other.size <= size && other.stopped !== undefined)),
  );
}

async function runOnce(row: Row, entry: Entry, plan: Plan): Promise<void> {
  const { runtime, budget, cap, pace } = plan;
  const { contestant, size } = entry;
  const job = { row: row.id, subject: contestant.subject, size, budget, pace };
  const outcome = await runJob(runtime, contestant.program, job, cap);
  if (outcome === undefined) {
    entry.stopped = cap;
  } else if ('wrong' in outcome) {
    entry.wrong = outcome.wrong;
  } else {
    if (outcome.pace !== undefined) plan.pace = Math.min(plan.pace ?? outcome.pace, outcome.pace);
    entry.rounds.push(short(median(outcome.samples)));
    entry.least = short(Math.min(entry.least, ...outcome.samples));
  }
}

// More digits would only make the files larger.
const short = (value: number): number => Number(value.toPrecision(5));

function measurementOf({ contestant, rounds, least, wrong, stopped }: Entry): Measurement {
  return {
    subject: contestant.name,
    kind: contestant.kind,
    rounds,
    ...(rounds.length > 0 && { least }),
    ...(wrong !== undefined && { wrong }),
    ...(stopped !== undefined && { stopped }),
  };
}
