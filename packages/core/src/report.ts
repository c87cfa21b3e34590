/**
 * Reports an error that no caller is there to catch, as the runtime reports uncaught errors.
 */
export function report(error: unknown): void {
  if (typeof reportError === 'function') {
    reportError(error);
  } else {
    queueMicrotask(() => {
      throw error;
    });
  }
}
