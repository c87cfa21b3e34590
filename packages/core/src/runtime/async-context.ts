import { findResource } from './async-resource.ts';
import type { Capture, CapturedContext } from './captured-context.ts';

// What the language and zone.js offer without an import.
interface Runtime {
  AsyncContext?: { Snapshot?: new () => { run(fn: unknown, argument: unknown): void } };
  Zone?: { readonly current: { run(fn: unknown, self: undefined, args: unknown[]): void } };
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

// An edge runtime or a hardened realm that throws has none.
function attempt(find: (runtime: never) => Capture | undefined): Capture[] {
  try {
    const capture = find(globalThis as never);
    if (capture === undefined) return [];
    capture().emitDestroy?.();
    return [capture];
  } catch {
    return [];
  }
}

function findSnapshot({ AsyncContext }: Runtime): Capture | undefined {
  const Snapshot = AsyncContext?.Snapshot;
  if (Snapshot === undefined) return undefined;
  return () => {
    const snapshot = new Snapshot();
    return { runInAsyncScope: (fn, _self, argument) => snapshot.run(fn, argument) };
  };
}

function findZone({ Zone }: Runtime): Capture | undefined {
  if (Zone === undefined) return undefined;
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
