export type Timer = ReturnType<typeof setTimeout>;

/** A timer that does not keep the process alive. */
export function background(run: () => void, ms: number): Timer {
  const timer: unknown = setTimeout(run, ms);
  (timer as { unref?(): void }).unref?.();
  return timer as Timer;
}
