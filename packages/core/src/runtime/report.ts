/**
 * Reports an error that no caller is there to catch, as the runtime reports uncaught errors. It never throws.
 */
export function report(error: unknown): void {
  if (typeof reportError !== 'function') {
    throwLater(error);
    return;
  }
  try {
    reportError(error);
  } catch (failure) {
    throwLater(failure);
  }
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
