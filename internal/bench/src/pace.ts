/** A measurement, and how long the yardstick took around it. */
export interface Paced {
  readonly value: number;
  readonly pace: number;
}

const LAPS = 150_000;

// Sharing the core makes everything take half as long again.
const TOLERANCE = 1.15;

let sum = 0;

/**
 * How fast the machine is now: milliseconds for sums, several of which a processor computes at a time. They take longer
 * while another program uses the same core, such as another virtual machine, for a second or two at a time.
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
  // Keeps the compiler from removing the loop.
  return Number.isNaN(sum) ? sum : ms;
}

/** Whether the machine was running at full speed. */
export function isUndisturbed({ pace }: Paced, best: number): boolean {
  return pace <= best * TOLERANCE;
}

/** The undisturbed measurements; all of them if every one was disturbed. */
export function undisturbed(measurements: readonly Paced[], best: number): number[] {
  const quiet = measurements.filter((measurement) => isUndisturbed(measurement, best));
  return (quiet.length > 0 ? quiet : measurements).map(({ value }) => value);
}
