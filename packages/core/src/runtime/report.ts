/** Runs a function soon, in a task of its own. */
type Soon = (run: () => void) => unknown;

// Taken when this module is loaded, so that no fake of a test's clock replaces it later. In Node, which has no
// reportError, fakes that came earlier replace timers and microtasks rather than nextTick.
const soon: Soon = /* @__PURE__ */ findSoon();

/**
 * Reports an error that no caller is there to catch, as the runtime reports uncaught errors. It never throws.
 */
export function report(error: unknown): void {
  try {
    reportError(error);
  } catch (failure) {
    const uncaught = typeof reportError === 'function' ? failure : error;
    soon(() => {
      throw uncaught;
    });
  }
}

function findSoon(): Soon {
  const { setTimeout } = globalThis;
  try {
    const { process } = globalThis as { process?: { nextTick?: Soon } };
    return process?.nextTick ?? setTimeout;
  } catch {
    // A hardened realm that throws has none.
    return setTimeout;
  }
}
