import { requireOptions, requireThat } from './arguments.ts';
import { isSignal, type Signal, type SignalShape } from './signal.ts';

/** How long a call may wait. Every call that waits takes these. */
export interface GiveUpOptions {
  /**
   * Milliseconds to wait at most; then the wait ends with a `TimeoutError`. `undefined` and `Infinity` wait forever; zero
   * or less succeeds only if no wait is needed. The timer keeps the process alive.
   */
  timeout?: number | undefined;
  /**
   * Ends the wait, with `signal.reason`, when it aborts. With an aborted signal, even a free lock is refused. `null` is
   * no signal.
   */
  signal?: Signal | null | undefined;
}

/** How long, and in which order, a call may wait. */
export interface WaitOptions extends GiveUpOptions {
  /**
   * Higher goes first; default 0; equal priorities are first come, first served. A newcomer overtakes only waiters of
   * lower priority.
   */
  priority?: number | undefined;
}

/** How long to wait, in which order, and for how many permits. */
export interface PermitOptions extends WaitOptions {
  /** How many permits to take together, an integer of at least 1; default 1. */
  permits?: number | undefined;
}

/** The options of a constructor. */
export interface NameOptions {
  /** Shown in error messages, in `console.log` and in diagnostics. */
  name?: string | undefined;
}

/** Checked options, each read once. */
export interface Terms {
  readonly timeout: number;
  readonly signal: SignalShape | undefined;
  readonly priority: number;
}

const FOREVER: Terms = { timeout: Infinity, signal: undefined, priority: 0 };

/**
 * Checks the options of a call that waits without an order of its own.
 *
 * @throws {TypeError} if the options are no object, or one of them has the wrong type
 */
export function readGiveUpOptions(options: GiveUpOptions | undefined, priority = 0): Terms {
  if (options === undefined) return FOREVER;
  requireOptions(options);
  const { timeout = FOREVER.timeout, signal } = options;
  requireThat(typeof timeout === 'number' && !Number.isNaN(timeout), 'timeout', 'a number of milliseconds', timeout);
  requireThat(signal === undefined || signal === null || isSignal(signal), 'signal', 'an AbortSignal', signal);
  return { timeout, signal: (signal as SignalShape | null) ?? undefined, priority };
}

/**
 * Checks the options of a call that waits in a line.
 *
 * @throws {TypeError} if the options are no object, or one of them has the wrong type
 * @throws {RangeError} if the priority is not finite
 */
export function readWaitOptions(options: WaitOptions | undefined): Terms {
  const { priority = 0 } = options ?? FOREVER;
  const Refusal = typeof priority === 'number' ? RangeError : TypeError;
  requireThat(Number.isFinite(priority), 'priority', 'a finite number', priority, Refusal);
  return readGiveUpOptions(options, priority);
}
