import { Environment } from './environment.ts';
import type { Action, Program } from './program.ts';
import type { Library } from './real-subject.ts';
import { makeModel, makeReal } from './subjects.ts';
import { installSyncPromise } from './sync-promise.ts';
import { World } from './world.ts';

/** Where the real primitive and the model first differ. */
export interface Difference {
  path: Action[];
  expected: string[];
  actual: string[];
}

/**
 * Runs a program on the real primitive and on the model side by side, and compares what they log after
 * every action.
 *
 * @param choose - picks the next of the actions that can happen, or ends the run
 */
export function compare(
  program: Program,
  library: Library,
  choose: (enabled: Action[]) => Action | undefined,
): Difference | undefined {
  const environment = new Environment();
  const restore = environment.install();
  const restorePromise = installSyncPromise();
  try {
    const model = new World(program, makeModel(program));
    const real = new World(program, makeReal(program, environment, library));
    const path: Action[] = [];
    let seen = 0;
    const differ = (): Difference | undefined => {
      for (let line = seen; line < Math.max(model.log.length, real.log.length); line++) {
        if (model.log[line] !== real.log[line]) return { path, expected: model.log, actual: real.log };
      }
      seen = model.log.length;
      return undefined;
    };
    for (
      let action = choose(model.progress.enabled());
      action !== undefined;
      action = choose(model.progress.enabled())
    ) {
      path.push(action);
      model.step(action);
      real.step(action);
      const difference = differ();
      if (difference) return difference;
    }
    model.finish();
    real.finish();
    return differ();
  } finally {
    restorePromise();
    restore();
  }
}

/** Runs the actions of a path, leaving out those that cannot happen. */
export function comparePath(program: Program, library: Library, path: readonly Action[]): Difference | undefined {
  let index = 0;
  return compare(program, library, (enabled) => {
    while (index < path.length) {
      const action = path[index++] as Action;
      if (enabled.includes(action)) return action;
    }
    return undefined;
  });
}

/** Everything that the model logs along a path, to its end. */
export function expectedLog(program: Program, path: readonly Action[]): string[] {
  const model = new World(program, makeModel(program));
  for (const action of path) if (model.progress.enabled().includes(action)) model.step(action);
  model.finish();
  return model.log;
}
