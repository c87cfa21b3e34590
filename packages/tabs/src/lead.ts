import { AbortError, type GiveUpOptions, type Lease } from '@valvekit/core';
import { captureAsyncContext, readWaitOptions, requireFunction } from '@valvekit/core/line';
import { checkedName } from './names.ts';
import { page, watchPage } from './page-life.ts';
import { TabLine } from './tab-line.ts';
import { webLocks } from './web-locks.ts';

/**
 * Runs `fn` in one tab at a time: in the leader of all tabs, frames and workers that call it with this name.
 *
 * Ending `fn` is how to resign. When the page is frozen or goes into the back/forward cache, or another script steals the
 * lock, the signal aborts and leadership is given up immediately: another leader may start while `fn` still unwinds, and the
 * outcome of that `fn` is dropped. When the page is back, or the thief is done, it becomes a candidate again, and `fn` runs
 * anew.
 *
 * Order: first come, first served.
 * Cancellation: `timeout` and `signal` end the wait to be elected for the first time, and nothing later.
 *
 * @param fn - called with a signal that aborts when the lead is lost
 * @returns a promise that ends as the `fn` that still leads does
 * @throws {TypeError | RangeError} a bad argument, naming it, as a rejection
 * @throws {Error} where there is no `navigator.locks`, and on Node.js, as a rejection
 * @throws {TimeoutError} if it was not elected within `timeout` milliseconds
 * @throws `signal.reason` if the signal aborts first
 * @example
 * ```js tabs
 * import { lead } from '@valvekit/tabs';
 *
 * await lead('sync', async (signal) => {
 *   while (!signal.aborted) {
 *     await fetch('/sync', { method: 'POST', signal });
 *     break; // resigns
 *   }
 * });
 * ```
 */
export async function lead(
  name: string,
  fn: (signal: Lease['signal']) => unknown,
  options?: GiveUpOptions,
): Promise<void> {
  requireFunction('fn', fn);
  const names = { manager: webLocks(), base: `Leader:${checkedName(name)}`, capacity: 1, isSplit: false };
  watchPage();
  const line = new TabLine('Leader', name, names, new Map(), name);
  const context = captureAsyncContext();
  // In the async context of the call, as often as it is elected.
  const start = (signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve) => {
      const run = (): void => resolve((async () => fn(signal))());
      if (context === undefined) run();
      else context.runInAsyncScope(run, undefined);
    });
  try {
    let terms = options;
    for (;;) {
      const lease: Lease = await line.enter('lead', 1, readWaitOptions(terms));
      terms = undefined;
      if (await endsWhileLeading(lease, start)) return;
    }
  } finally {
    context?.emitDestroy?.();
  }
}

/** Leads until the function ends (true), or the lead is lost (false). */
async function endsWhileLeading(lease: Lease, start: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
  const controller = new AbortController();
  const term = { end(): void {} };
  const lost = new Promise<boolean>((resolve) => {
    lease.signal.addEventListener('abort', () => {
      resolve(false);
      controller.abort(lease.signal.reason);
    });
    term.end = () => {
      resolve(false);
      void lease.release();
      controller.abort(new AbortError('The lead is given up: the page is frozen or hidden'));
    };
  });
  page.active.add(term);
  try {
    return await Promise.race([start(controller.signal).then(() => true), lost]);
  } finally {
    page.active.delete(term);
    await lease.release().catch(() => {});
  }
}
