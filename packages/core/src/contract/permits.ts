import { mismatch, requireCount } from './arguments.ts';

/**
 * Checks how many permits there are.
 *
 * @throws {TypeError | RangeError} unless it is an integer of at least 0, or `Infinity`
 */
export function checkedCapacity(capacity: number): number {
  if (capacity !== Infinity) requireCount('capacity', capacity, 0);
  return capacity + 0; // -0 is 0
}

/**
 * Checks how many permits are asked for.
 *
 * @throws {TypeError | RangeError} unless it is an integer from 1 to the capacity
 */
export function checkedPermits(permits: number, capacity: number): number {
  if (permits === 1) return permits;
  requireCount('permits', permits, 1);
  const refusal = refusalOf(permits, capacity);
  if (refusal !== undefined) throw refusal;
  return permits;
}

/** The error of a request that can never be granted. A capacity of 0 is a pause, in which no request is too large. */
export function refusalOf(permits: number, capacity: number): RangeError | undefined {
  if (permits <= capacity || capacity === 0) return undefined;
  return new RangeError(mismatch('permits', `at most the capacity, ${capacity}`, permits));
}
