// What the suites have in common.
import type { LeaseLostError } from '@valvekit/core';

/** Longer variants, for a machine that has nothing else to do. */
export const isLong: boolean = process.env.VALVEKIT_ALL !== undefined;

/** The prefix that the user of Redis may use. */
export const prefix = 'shop';

/** Ends what a test has begun. */
export type Cleanup = (end: () => Promise<void>) => void;

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

/** Asks again until the answer is yes. However slow the machine, nothing depends on how long that takes. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10);
}

/** The loss that a signal reports. */
export function lossOf(signal: AbortSignal): Promise<LeaseLostError> {
  if (signal.aborted) return Promise.resolve(signal.reason);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
}
