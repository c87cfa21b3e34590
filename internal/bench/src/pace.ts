/** A measurement, and how long the yardstick took beside it. */
export interface Paced {
  readonly value: number;
  readonly pace: number;
}

const LAPS = 150_000;

// Whoever shares the core costs half as much again.
const TOLERANCE = 1.15;

let sum = 0;

/**
 * How fast the machine is now: milliseconds for sums that a processor does several of at a time. They take longer while
 * somebody else uses the same core, as other tenants of a virtual machine do, for a second or two at a time.
 */
export function pace(): number {
  const start = performance.now();
  let a = 1;
  let b = 2;
  let c = 3;
  let d = 4;
  for (let lap = 0; lap < LAPS; lap++) {
    a = ((a ^ lap) + 1) | 0;
    b = ((b ^ lap) + 2) | 0;
    c = ((c ^ lap) + 3) | 0;
    d = ((d ^ lap) + 4) | 0;
  }
  sum = (sum + (a ^ b ^ c ^ d)) | 0;
  const ms = performance.now() - start;
  // So that the compiler leaves nothing out.
  return Number.isNaN(sum) ? sum : ms;
}

/** Whether the machine was as fast as it can be. */
export function isUndisturbed({ pace }: Paced, best: number): boolean {
  return pace <= best * TOLERANCE;
}

/** What was measured while nobody disturbed; all of it if somebody always did. */
export function undisturbed(measurements: readonly Paced[], best: number): number[] {
  const quiet = measurements.filter((measurement) => isUndisturbed(measurement, best));
  return (quiet.length > 0 ? quiet : measurements).map(({ value }) => value);
}
