import { AbortError, type PermitOptions } from '@valvekit/core';
import { refusalOf, requireNumber, requireOptions, requireThat } from './arguments.ts';

/** What a wait uses of a signal. */
export interface SignalShape {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Checked options, each read once. */
export interface Terms {
  readonly timeout: number;
  readonly signal: SignalShape | undefined;
  readonly priority: number;
  readonly permits: number;
}

/**
 * Checks the options of a call.
 *
 * @param takesPermits - whether `permits` means something to the lock
 * @throws {TypeError | RangeError} a bad option, naming it
 */
export function readTerms(options: PermitOptions | undefined, capacity: number, takesPermits: boolean): Terms {
  requireOptions(options);
  const { timeout = Number.POSITIVE_INFINITY, signal, priority = 0, permits = 1 } = options ?? {};
  requireThat(typeof timeout === 'number' && !Number.isNaN(timeout), 'timeout', 'a number of milliseconds', timeout);
  requireThat(signal === undefined || signal === null || isSignal(signal), 'signal', 'an AbortSignal', signal);
  requireNumber(Number.isFinite(priority), 'priority', 'a finite number', priority);
  if (takesPermits) {
    requireNumber(Number.isSafeInteger(permits) && permits >= 1, 'permits', 'an integer of at least 1', permits);
    const refusal = refusalOf(permits, capacity);
    if (refusal !== undefined) throw refusal;
  }
  return { timeout, signal: signal ?? undefined, priority: priority + 0, permits: takesPermits ? permits : 1 };
}

/** What an aborted signal rejects with. Polyfills without `reason` get an `AbortError`. */
export function reasonOf({ reason }: SignalShape): unknown {
  return reason === undefined ? new AbortError('The signal has aborted') : reason;
}

// By its members, so that signals of other realms and polyfills are accepted.
function isSignal(value: unknown): boolean {
  const { aborted, addEventListener, removeEventListener }: Partial<SignalShape> = Object(value);
  return (
    typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  );
}
