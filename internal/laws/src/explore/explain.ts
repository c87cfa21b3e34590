import { comparePath, type Difference, expectedLog } from './compare.ts';
import { print } from './print.ts';
import type { Program } from './program.ts';
import type { Library } from './real-subject.ts';
import { shrink } from './shrink.ts';

/** The smallest program that still differs from the model, as a test to paste, and what happened instead. */
export function explain(program: Program, { path }: Difference, library: Library): string {
  const smallest = shrink(
    { program, path },
    (smaller) => comparePath(smaller.program, library, smaller.path) !== undefined,
  );
  const actual = comparePath(smallest.program, library, smallest.path)?.actual ?? [];
  const expected = expectedLog(smallest.program, smallest.path);
  return [print(smallest, expected), '', 'What happened instead, until it differed:', ...actual].join('\n');
}

/** A difference between promises: the path and both logs. */
export function explainPromises(program: Program, { path, expected, actual }: Difference): string {
  const requests = JSON.stringify(program.requests, undefined, 1);
  return [`requests: ${requests}`, path.join('\n'), '', 'expected:', ...expected, '', 'actual:', ...actual].join('\n');
}
