import { findResource } from './async-resource.ts';
import { around, type Capture, type CapturedContext } from './captured-context.ts';

// What the language and zone.js offer without an import.
interface Runtime {
  AsyncContext: { Snapshot: new () => { run(fn: () => void): void } };
  Zone: { readonly current: { run(fn: () => void): void } };
}

// How to capture all kinds of context that there are; looked for once.
let captureAll: (() => CapturedContext | undefined) | undefined;

/** Captures the current async context, where there is such a thing. */
export function captureAsyncContext(): CapturedContext | undefined {
  captureAll ??= [findSnapshot, findZone, findResource].flatMap(attempt).reduce(
    (inner, capture) => () => capture(inner()),
    (): CapturedContext | undefined => undefined,
  );
  return captureAll();
}

// Where there is no such context, looking for it or using it throws; so do edge runtimes and hardened realms.
function attempt(find: (runtime: never) => Capture): Capture[] {
  try {
    const capture = find(globalThis as never);
    const trial = capture(undefined);
    trial.runInAsyncScope(() => {}, undefined);
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
