/**
 * Reports an error that no caller is there to catch, as the runtime reports uncaught errors. It never throws.
 */
export function report(error: unknown): void {
  try {
    findReporter()(error);
  } catch (failure) {
    throwLater(failure);
  }
}

// In a hardened realm, looking for a global can throw.
function findReporter(): (error: unknown) => void {
  try {
    return typeof reportError === 'function' ? reportError : throwLater;
  } catch {
    return throwLater;
  }
}

// An uncaught exception. Where a fake has replaced `queueMicrotask`, an unhandled rejection: promises are not faked.
function throwLater(error: unknown): void {
  let isThrown = false;
  const task = (): void => {
    if (isThrown) return;
    isThrown = true;
    throw error;
  };
  try {
    queueMicrotask(task);
  } catch {}
  void Promise.resolve().then(task);
}
