import { AbortError } from './errors.ts';

/** An `AbortSignal` as the program's own libraries declare it; its shape where they declare none. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : SignalShape;

/** What a wait uses of a signal. */
export interface SignalShape {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Whether it can serve as a signal. Decided by its members, so that signals of other realms and polyfills are accepted. */
export function isSignal(value: unknown): boolean {
  const { aborted, addEventListener, removeEventListener }: Partial<SignalShape> = Object(value);
  return (
    typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  );
}

/** What an aborted signal rejects with. Polyfills without `reason` get an `AbortError`. */
export function reasonOf({ reason = new AbortError('The signal has aborted') }: SignalShape): unknown {
  return reason;
}
