import type { Capture, CapturedContext } from './captured-context.ts';

interface NodeRuntime {
  process?: { getBuiltinModule?(name: string): { AsyncResource?: new (type: string) => CapturedContext } | undefined };
}

/**
 * Node's async context, which Bun, Deno and workerd have, too. Builds for browsers have async-resource.browser.ts instead.
 *
 * Measured on Node 20 and 26: 10 to 50 ns, against 1 to 13 µs for `AsyncLocalStorage.snapshot()`.
 */
export function findResource({ process }: NodeRuntime): Capture | undefined {
  const AsyncResource = process?.getBuiltinModule?.('node:async_hooks')?.AsyncResource;
  return AsyncResource && (() => new AsyncResource('valvekit'));
}
