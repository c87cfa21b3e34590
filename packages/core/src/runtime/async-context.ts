/** A captured async context in which a function can run later. */
export interface AsyncContext {
  runInAsyncScope(fn: () => void, self: unknown): void;
  /** Tells trackers of contexts that nothing will run in it any more. */
  emitDestroy?(): void;
}

type Capture = () => AsyncContext;

// What runtimes and zone.js offer without an import.
interface Runtime {
  AsyncContext?: { Snapshot?: new () => { run(fn: () => void): void } };
  Zone?: { readonly current: { run(fn: () => void, self: unknown): void } };
  process?: { getBuiltinModule?(name: string): { AsyncResource?: new (type: string) => AsyncContext } | undefined };
}

let captures: readonly Capture[] | undefined;

/** Captures the current async context, where there is such a thing. */
export function captureAsyncContext(): AsyncContext | undefined {
  captures ??= [findSnapshot, findZone, findResource].flatMap(attempt);
  const [first, ...others] = captures;
  if (first === undefined) return undefined;
  return others.reduce<AsyncContext>((inner, capture) => nest(capture(), inner), first());
}

function attempt(find: (runtime: Runtime) => Capture | undefined): Capture[] {
  try {
    const capture = find(globalThis as Runtime);
    if (capture === undefined) return [];
    capture().emitDestroy?.();
    return [capture];
  } catch {
    // An edge runtime or a hardened realm that throws has none.
    return [];
  }
}

function findSnapshot({ AsyncContext }: Runtime): Capture | undefined {
  const Snapshot = AsyncContext?.Snapshot;
  if (Snapshot === undefined) return undefined;
  return () => {
    const snapshot = new Snapshot();
    return { runInAsyncScope: (fn, self) => snapshot.run(() => fn.call(self)) };
  };
}

function findZone({ Zone }: Runtime): Capture | undefined {
  if (Zone?.current === undefined) return undefined;
  return () => {
    const zone = Zone.current;
    return { runInAsyncScope: (fn, self) => zone.run(fn, self) };
  };
}

// Measured on Node 20 and 26: 10 to 50 ns, against 1 to 13 µs for AsyncLocalStorage.snapshot().
function findResource({ process }: Runtime): Capture | undefined {
  const AsyncResource = process?.getBuiltinModule?.('node:async_hooks')?.AsyncResource;
  return AsyncResource && (() => new AsyncResource('valvekit'));
}

function nest(outer: AsyncContext, inner: AsyncContext): AsyncContext {
  return {
    runInAsyncScope: (fn, self) => outer.runInAsyncScope(() => inner.runInAsyncScope(fn, self), undefined),
    emitDestroy() {
      outer.emitDestroy?.();
      inner.emitDestroy?.();
    },
  };
}
