/** Does nothing in a process without `--expose-gc`. */
export function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/** The number of heap bytes in use once nothing more can be collected. */
export async function heapInUse(): Promise<number> {
  let used = Number.POSITIVE_INFINITY;
  for (;;) {
    // One turn of the event loop, because some objects are released only then.
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
    const now = process.memoryUsage().heapUsed;
    if (now >= used - 1024) return Math.min(now, used);
    used = now;
  }
}
