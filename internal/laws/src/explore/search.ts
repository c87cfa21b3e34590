import { Choices } from './choices.ts';
import { compare, type Difference } from './compare.ts';
import type { Program } from './program.ts';
import { PromiseRun } from './promises.ts';
import type { Library } from './real-subject.ts';

export interface Findings {
  /** Complete runs, each another order of the actions. */
  interleavings: number;
  difference: Difference | undefined;
}

/**
 * Runs every order of a program's actions, each from the start, until one differs from the model.
 *
 * @param most - ends the search after this many runs
 */
export function search(program: Program, library: Library, most: number = Number.POSITIVE_INFINITY): Findings {
  const choices = new Choices();
  let interleavings = 0;
  do {
    const difference = compare(program, library, (enabled) => choices.take(enabled));
    interleavings++;
    if (difference) return { interleavings, difference };
  } while (interleavings < most && choices.advance());
  return { interleavings, difference: undefined };
}

/** The same for programs whose requests give promises, with every number of microtasks between two actions. */
export async function searchPromises(
  program: Program,
  library: Library,
  most: number = Number.POSITIVE_INFINITY,
): Promise<Findings> {
  const choices = new Choices();
  let interleavings = 0;
  do {
    const difference = await new PromiseRun(program, library).run((ways) => choices.take(ways));
    interleavings++;
    if (difference) return { interleavings, difference };
  } while (interleavings < most && choices.advance());
  return { interleavings, difference: undefined };
}
