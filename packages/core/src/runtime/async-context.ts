import { findResource } from './async-resource.ts';
import { around, type Capture, type CapturedContext } from './captured-context.ts';

// What the language and zone.js offer without an import.
interface Runtime {
  AsyncContext: { Snapshot: new () => { run(fn: () => void): void } };
  Zone: { readonly current: { run(fn: () => void): void } };
}

// How to capture each kind of context there is; looked for once.
let captures: readonly Capture[] | undefined;

/** Captures the current async context, where there is such a thing. */
export function captureAsyncContext(): CapturedContext | undefined {
  captures ??= [findSnapshot, findZone, findResource].flatMap(attempt);
  let context: CapturedContext | undefined;
  for (const capture of captures) context = capture(context);
  return context;
}

// Where there is no such context, looking for it or using it throws; so do edge runtimes and hardened realms.
function attempt(find: (runtime: never) => Capture): Capture[] {
  try {
    const capture = find(globalThis as never);
    const trial = capture(undefined);
    trial.runInAsyncScope(() => {}, undefined, undefined);
    trial.emitDestroy?.();
    return [capture];
  } catch {
    return [];
  }
}

function findSnapshot({ AsyncContext: { Snapshot } }: Runtime): Capture {
  return (inner) => {
    const snapshot = new Snapshot();
    return around((fn) => snapshot.run(fn), inner);
  };
}

function findZone({ Zone }: Runtime): Capture {
  return (inner) => {
    const { current } = Zone;
    return around((fn) => current.run(fn), inner);
  };
}
