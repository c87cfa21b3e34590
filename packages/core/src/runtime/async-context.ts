import { findResource } from './async-resource.ts';
import type { Capture, CapturedContext } from './captured-context.ts';

// What the language and zone.js offer without an import.
interface Runtime {
  AsyncContext: { Snapshot: new () => { run(fn: unknown, argument: unknown): void } };
  Zone: { readonly current: { run(fn: unknown, self: undefined, args: unknown[]): void } };
}

// How to capture each kind of context there is; looked for once.
let captures: readonly Capture[] | undefined;

/** Captures the current async context, where there is such a thing. */
export function captureAsyncContext(): CapturedContext | undefined {
  captures ??= [findSnapshot, findZone, findResource].flatMap(attempt);
  let context: CapturedContext | undefined;
  for (const capture of captures) context = context === undefined ? capture() : nest(capture(), context);
  return context;
}

// Where there is no such context, looking for it or using it throws; so do edge runtimes and hardened realms.
function attempt(find: (runtime: never) => Capture): Capture[] {
  try {
    const capture = find(globalThis as never);
    const trial = capture();
    trial.runInAsyncScope(() => {}, undefined, undefined);
    trial.emitDestroy?.();
    return [capture];
  } catch {
    return [];
  }
}

function findSnapshot({ AsyncContext: { Snapshot } }: Runtime): Capture {
  return () => {
    const snapshot = new Snapshot();
    return { runInAsyncScope: (fn, _self, argument) => snapshot.run(fn, argument) };
  };
}

function findZone({ Zone }: Runtime): Capture {
  return () => {
    const { current } = Zone;
    return { runInAsyncScope: (fn, self, argument) => current.run(fn, self, [argument]) };
  };
}

function nest(outer: CapturedContext, inner: CapturedContext): CapturedContext {
  return {
    runInAsyncScope: (fn, self, argument) =>
      outer.runInAsyncScope(() => inner.runInAsyncScope(fn, self, argument), self, argument),
    emitDestroy() {
      outer.emitDestroy?.();
      inner.emitDestroy?.();
    },
  };
}
