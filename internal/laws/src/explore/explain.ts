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
  const difference = comparePath(smallest.program, library, smallest.path);
  if (program.locks && difference) return explainPromises(smallest.program, difference);
  const actual = difference?.actual ?? [];
  const expected = expectedLog(smallest.program, smallest.path);
  return [print(smallest, expected), '', 'What happened instead, until it differed:', ...actual].join('\n');
}

/** A difference between promises, or between several locks: the path and both logs. */
export function explainPromises(program: Program, { path, expected, actual }: Difference): string {
  const { locks = [], listeners = [], requests } = program;
  return [
    ...locks,
    ...listeners.map((listener) => `listener: ${JSON.stringify(listener)}`),
    ...Object.entries(requests).map(([id, request]) => `${id}: ${JSON.stringify(request)}`),
    path.join('\n'),
    '',
    'expected:',
    ...expected,
    '',
    'actual:',
    ...actual,
  ].join('\n');
}
