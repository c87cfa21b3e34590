import { requireThat } from './arguments.ts';

/** How long, and in which order, a call may wait. Every call that waits takes these. */
export interface WaitOptions {
  /**
   * Milliseconds to wait at most; then the wait ends with a `TimeoutError`. `undefined` and `Infinity` wait for ever;
   * zero and less take the thing only if it is to be had at once. A wait keeps its timer, and so the process, alive.
   */
  timeout?: number | undefined;
  /** Gives the wait up, with `signal.reason`, when it aborts. An aborted signal refuses even what is free. */
  signal?: AbortSignal | undefined;
  /**
   * Higher goes first; default 0; equal priorities are first come, first served. A newcomer goes before waiters of
   * lower priority only. Has no meaning where all who match go at once (`Barrier`, `ASemaphore`).
   */
  priority?: number | undefined;
}

/** Checked `WaitOptions`, each read once. */
export interface Terms {
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly priority: number;
}

const FOR_EVER: Terms = { timeout: Number.POSITIVE_INFINITY, signal: undefined, priority: 0 };

/**
 * Checks the options of a call that waits.
 *
 * @throws {TypeError} if the options are no object, or one of them has the wrong type
 * @throws {RangeError} if the priority is not finite
 */
export function readWaitOptions(options: WaitOptions | undefined): Terms {
  if (options === undefined) return FOR_EVER;
  requireThat(typeof options === 'object' && options !== null, 'options', 'an object', options);
  const { timeout = FOR_EVER.timeout, signal, priority = 0 } = options;
  requireThat(typeof timeout === 'number' && !Number.isNaN(timeout), 'timeout', 'a number of milliseconds', timeout);
  requireThat(signal === undefined || isAbortSignal(signal), 'signal', 'an AbortSignal', signal);
  requireThat(typeof priority === 'number', 'priority', 'a finite number', priority);
  requireThat(Number.isFinite(priority), 'priority', 'a finite number', priority, RangeError);
  return { timeout, signal, priority };
}

/** Reads the second argument of the callback form: a bare number is a timeout. */
export function optionsOfLimit<Options extends WaitOptions>(limit: number | Options | undefined): Options | undefined {
  return typeof limit === 'number' ? ({ timeout: limit } as Options) : limit;
}

// By its members, so that signals of other realms and polyfills are welcome.
function isAbortSignal(value: AbortSignal | null): boolean {
  const { aborted, addEventListener, removeEventListener }: Partial<AbortSignal> = Object(value);
  return (
    typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  );
}
