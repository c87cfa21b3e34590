import type { CapturedContext } from './captured-context.ts';
import { report } from './report.ts';

/**
 * Captures the request that a Cloudflare Worker is answering.
 *
 * There, a function belongs to the request of its caller, and ends with it. Only a promise goes on in the request that
 * awaits it, and in the `AsyncLocalStorage` context of that request. So the request awaits a promise, and runs what is due
 * when the promise resolves, a microtask later.
 */
export function captureRequest(): CapturedContext {
  const due: (() => void)[] = [];
  let wake: () => void;
  const listen = (): void => {
    const called = new Promise<void>((resolve) => {
      wake = resolve;
    });
    void called.then(() => {
      listen();
      for (const run of due.splice(0)) run();
    });
  };
  listen();
  return {
    runInAsyncScope(fn, self) {
      due.push(() => {
        try {
          fn.call(self);
        } catch (error) {
          report(error);
        }
      });
      wake();
    },
  };
}
