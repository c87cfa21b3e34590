/** A lock of the browser that this tab holds. */
export interface BrowserLock {
  /** Gives it back. Rejects if another script has stolen it. */
  release(): Promise<unknown>;
  /** Called when another script steals it. */
  onTheft(): void;
}

/**
 * Asks the browser for a lock, and keeps it until it is released.
 *
 * @returns undefined if it was asked for only if available, and was not free
 * @throws what the browser rejects the request with
 */
export function take(manager: LockManager, name: string, options: LockOptions): Promise<BrowserLock | undefined> {
  return new Promise((resolve, reject) => {
    // Deno calls back before `request` returns.
    let end: () => void;
    let ended: Promise<unknown>;
    const lock: BrowserLock = {
      release() {
        end();
        return ended;
      },
      onTheft() {},
    };
    ended = manager.request(name, options, (granted) => {
      if (granted === null) {
        resolve(undefined);
        return undefined;
      }
      resolve(lock);
      return new Promise<void>((release) => {
        end = release;
      });
    });
    ended.catch((error: unknown) => {
      reject(error);
      lock.onTheft();
    });
  });
}

/** Gives locks back whose end nobody waits for. */
export function releaseAll(locks: Iterable<BrowserLock>): void {
  for (const lock of locks) void lock.release();
}
