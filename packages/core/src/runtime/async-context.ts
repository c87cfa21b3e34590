import { findResource } from './async-resource.ts';
import { around, type Capture, type CapturedContext } from './captured-context.ts';

// What the language and zone.js offer without an import. Both run a function in themselves.
interface Context {
  run(fn: () => void): void;
}
interface Runtime {
  AsyncContext: { Snapshot: new () => Context };
  Zone: { readonly current: Context };
}

type CaptureAll = () => CapturedContext | undefined;

// How to capture all kinds of context that there are; looked for once.
let captureAll: CaptureAll | undefined;

/** Captures the current async context, where there is such a thing. */
export function captureAsyncContext(): CapturedContext | undefined {
  captureAll ??= [findSnapshot, findZone, findResource].reduce(enclose, () => undefined);
  return captureAll();
}

// Where there is no such context, looking for it or using it throws; so do edge runtimes and hardened realms.
function enclose(captureInner: CaptureAll, find: (runtime: never) => Capture): CaptureAll {
  try {
    const capture = find(globalThis as never);
    const trial = capture(undefined);
    trial.runInAsyncScope(() => {}, undefined);
    trial.emitDestroy?.();
    return () => capture(captureInner());
  } catch {
    return captureInner;
  }
}

function findSnapshot({ AsyncContext: { Snapshot } }: Runtime): Capture {
  return (inner) => around(new Snapshot(), inner);
}

function findZone({ Zone }: Runtime): Capture {
  return (inner) => around(Zone.current, inner);
}
