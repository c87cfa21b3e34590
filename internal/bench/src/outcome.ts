import type { Budget, Outcome } from './job.ts';
import { measure } from './measure.ts';
import type { Things } from './subject.ts';
import { type Row, Wrong } from './workload.ts';

/** Measures a subject in a row, and checks it; a wrong result disqualifies it. */
export async function outcomeOf(
  row: Row,
  make: () => Things[keyof Things],
  size: number,
  budget: Budget,
  isChecked: boolean,
  pace?: number,
): Promise<Outcome> {
  try {
    const samples = await measure(row, make, size, budget, pace);
    if (isChecked) await row.check?.(make());
    return samples;
  } catch (error) {
    if (error instanceof Wrong) return { wrong: error.message };
    return { wrong: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
