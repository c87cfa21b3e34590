import { AbortError, type GiveUpOptions, type Lease, type PermitOptions } from '@valvekit/core';
import { captureAsyncContext, enter, requireFunction } from '@valvekit/core/line';
import { ACQUIRE } from './forms.ts';
import { checkedName } from './names.ts';
import { OneName } from './one-name.ts';
import { onNext, SLEEP, WAKE } from './page-life.ts';
import { type Ask, TabLine } from './tab-line.ts';
import { type Asked, type TabVerb, tabVerb } from './verbs.ts';
import { webLocks } from './web-locks.ts';

const LEADING: TabVerb = /* @__PURE__ */ tabVerb('lead');
const ONE: Asked = { permitsOf: () => 1 };

/**
 * Runs `fn` in one tab at a time: in the leader of all tabs, frames and workers that call it with this name.
 *
 * Ending `fn` is how to resign. When the page is frozen or goes into the back/forward cache, or another script steals the
 * lead, the signal aborts and the lead is given up immediately: another leader may start while `fn` still unwinds, and
 * what becomes of that `fn` is dropped. When the page is back, or the thief is done, it stands again, and `fn` runs anew.
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
  const source = new OneName(webLocks(), `leader:${checkedName(name)}`, 1);
  const line = new TabLine({ kind: 'Leader', name, capacity: 1 }, source, () => {});
  const context = captureAsyncContext();
  // In the async context of the call, as often as it is elected.
  const start = (signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve) => {
      const run = (): void => resolve((async () => fn(signal))());
      if (context === undefined) run();
      else context.runInAsyncScope(run, undefined, undefined);
    });
  try {
    let terms = options;
    for (;;) {
      const lease = await enter<Asked, Ask, PermitOptions, void, Lease, TabVerb>(ACQUIRE, line, LEADING, ONE, terms);
      terms = undefined;
      if (await endsWhileLeading(lease, start)) return;
    }
  } finally {
    context?.emitDestroy?.();
  }
}

/** Leads until the function ends (true), or the lead is lost (false); then until it may be elected again. */
async function endsWhileLeading(lease: Lease, start: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
  const controller = new AbortController();
  let awake: Promise<void> | undefined;
  let stop = (): void => {};
  const lost = new Promise<boolean>((resolve) => {
    lease.signal.addEventListener('abort', () => {
      resolve(false);
      controller.abort(lease.signal.reason);
    });
    stop = onNext(SLEEP, () => {
      awake = new Promise((wake) => void onNext(WAKE, wake));
      resolve(false);
      void lease.release();
      controller.abort(new AbortError('The lead is given up: the page is frozen or hidden'));
    });
  });
  try {
    return await Promise.race([start(controller.signal).then(() => true), lost]);
  } finally {
    stop();
    await lease.release().catch(() => {});
    await awake;
  }
}
