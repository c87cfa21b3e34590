/** What `setTimeout` returns where the program's own libraries declare it. */
export type Timer = typeof globalThis extends { setTimeout(...args: never[]): infer T } ? T : unknown;

/** A longer timer would fire immediately. */
export const LONGEST_TIMER: number = 2 ** 31 - 1;

/** A timer that does not keep the process alive. */
export function background(run: () => void, ms: number): Timer {
  const timer: unknown = setTimeout(run, Math.min(ms, LONGEST_TIMER));
  (timer as { unref?(): void }).unref?.();
  return timer as Timer;
}
