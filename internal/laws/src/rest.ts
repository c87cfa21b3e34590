// Taken before a test can put a fake in its place. Browsers have no setImmediate.
const macrotask: (run: () => void) => unknown = globalThis.setImmediate ?? globalThis.setTimeout;

/** Lets everything happen that needs no timer: all microtasks, and one macrotask. */
export function rest(): Promise<void> {
  return new Promise((resolve) => void macrotask(resolve));
}

/** Lets some microtasks run, and nothing else. */
export async function microtasks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}
