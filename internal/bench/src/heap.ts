/** Does nothing in a process that was started without `--expose-gc`. */
export function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/** How many bytes of the heap are in use, once nothing more can be collected. */
export async function heapInUse(): Promise<number> {
  let used = Number.POSITIVE_INFINITY;
  for (;;) {
    // A turn of the event loop: some things are let go only then.
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
    const now = process.memoryUsage().heapUsed;
    if (now >= used - 1024) return Math.min(now, used);
    used = now;
  }
}
