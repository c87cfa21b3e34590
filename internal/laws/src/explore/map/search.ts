import { MapModel } from '../../models/map.ts';
import { microtasks } from '../../rest.ts';
import { Choices } from '../choices.ts';
import { Environment } from '../environment.ts';
import type { Library } from '../real-subject.ts';
import type { MapAction, MapProgram } from './program.ts';
import { RealMap } from './real.ts';

/** More microtasks than any outcome needs to arrive. */
const ALL = 12;

/** Where the real function and the model first differ. */
export interface MapDifference {
  readonly path: MapAction[];
  readonly expected: string;
  readonly actual: string;
}

/** What a search has found. */
export interface MapFindings {
  /** Complete runs, each another order of the actions. */
  readonly interleavings: number;
  readonly difference: MapDifference | undefined;
}

/**
 * Runs every order of a program's actions, each from the start, until one differs from the model. They are compared after
 * every action, once everything is at rest.
 *
 * @param most - ends the search after this many runs
 */
export async function searchMap(
  program: MapProgram,
  library: Library,
  most: number = Number.POSITIVE_INFINITY,
): Promise<MapFindings> {
  const choices = new Choices();
  let interleavings = 0;
  do {
    const difference = await compareMap(program, library, (enabled) => choices.take(enabled));
    interleavings++;
    if (difference) return { interleavings, difference };
  } while (interleavings < most && choices.advance());
  return { interleavings, difference: undefined };
}

/** Runs the actions of a path, leaving out those that cannot happen. */
export function compareMapPath(
  program: MapProgram,
  library: Library,
  path: readonly MapAction[],
): Promise<MapDifference | undefined> {
  let index = 0;
  return compareMap(program, library, (enabled) => {
    while (index < path.length) {
      const action = path[index++] as MapAction;
      if (enabled.includes(action)) return action;
    }
    return undefined;
  });
}

async function compareMap(
  program: MapProgram,
  library: Library,
  choose: (enabled: MapAction[]) => MapAction | undefined,
): Promise<MapDifference | undefined> {
  const environment = new Environment();
  const restore = environment.install();
  try {
    const model = new MapModel(program);
    const real = new RealMap(program, environment, library);
    const path: MapAction[] = [];
    const left = [...program.actions];
    for (;;) {
      await microtasks(ALL);
      const [expected, actual] = [model.state(), real.state()];
      if (expected !== actual) return { path, expected, actual };
      const action = choose([...new Set(left)].filter((each) => model.allows(each)));
      if (action === undefined) return undefined;
      left.splice(left.indexOf(action), 1);
      path.push(action);
      model.do(action);
      real.do(action);
    }
  } finally {
    restore();
  }
}

/** The shortest path that still differs, and its program. */
export async function explainMap(program: MapProgram, { path }: MapDifference, library: Library): Promise<string> {
  let smallest = path;
  for (let index = 0; index < smallest.length; ) {
    const shorter = smallest.filter((_, place) => place !== index);
    if (await compareMapPath(program, library, shorter)) smallest = shorter;
    else index++;
  }
  const { expected = '', actual = '' } = (await compareMapPath(program, library, smallest)) ?? {};
  const { name: _name, actions: _actions, ...rest } = program;
  return [
    `const program: MapProgram = ${JSON.stringify({ name: 'found', ...rest, actions: smallest }, undefined, 2)};`,
    `expect(await compareMapPath(program, library, program.actions)).toBeUndefined();`,
    `The model: ${expected}`,
    `In fact:   ${actual}`,
  ].join('\n');
}
