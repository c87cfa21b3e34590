import { acquire, type GuardVerb, tryAcquire } from '../asking/acquire.ts';
import { Hold } from '../asking/hold.ts';
import { sandbox } from '../asking/sandbox.ts';
import type { Guard } from '../contract/guard.ts';
import type { Terms, WaitOptions } from '../contract/options.ts';
import { verb } from '../line/verb.ts';
import { enterAll, type Several } from './entrances.ts';
import { JointLine } from './joint-line.ts';

type JointVerb = GuardVerb<JointLine, number, WaitOptions, Guard>;

const ACQUIRE: JointVerb = /* @__PURE__ */ jointVerb('acquireAll');
const SANDBOX: JointVerb = /* @__PURE__ */ jointVerb('sandboxAll');

// Of one rank in every line, also among the readers of the policy 'readers': lines that disagree on who is first could
// deadlock.
function jointVerb(name: string): JointVerb {
  return { ...verb(name, request), Guard: Hold };
}

// Which locks are asked for is in the line. A request that its signal refuses must not change anything.
function request(line: JointLine, _options: WaitOptions | undefined, { signal, priority }: Terms): number {
  if (!signal?.aborted) line.prepare();
  return priority;
}

/**
 * Acquires several locks of this thread: all of them, or none. Resolves to one guard that releases them all.
 *
 * Order: the request joins every line in one step, and is granted when it is first in all of them and all are free. It
 * holds nothing while it waits, and needs no order on the locks; such requests never deadlock with one another. In each
 * line it keeps its place: no request overtakes it, and once it is first, the line waits until all its locks are free. (Under
 * the policy `'readers'` of a `ReadWriteLock`, it waits in line with the writers, even if it only reads.)
 * Cancellation: one timeout and one signal for the whole; `cancel()` of one of the locks ends it. It leaves nothing behind.
 *
 * The same mutex or side twice counts once; permits of one semaphore add up. The list is read once, immediately; an empty
 * one is granted immediately.
 *
 * @throws {TypeError | RangeError} as a rejection: a bad argument, naming it; a lock that is not one of this thread's full
 *   locks; two sides of one `ReadWriteLock`; more permits than a capacity
 * @throws {TimeoutError} as a rejection, if the wait took longer than `timeout` milliseconds
 * @throws `signal.reason` as a rejection, if the signal aborts first
 * @example
 * ```ts
 * import { acquireAll, Mutex, Semaphore } from 'valvekit';
 *
 * const account = new Mutex();
 * const connections = new Semaphore(5);
 * {
 *   using guard = await acquireAll([account, [connections, { permits: 2 }]]);
 *   // the account, and two of the connections
 * }
 * ```
 */
export function acquireAll(locks: Several, options?: WaitOptions): Promise<Guard> {
  return entering(locks, (line) => acquire(line, ACQUIRE, line, options));
}

/**
 * Acquires several locks of this thread if all are free and nobody waits in front in any of their lines: all, or none.
 *
 * @returns one guard that releases them all, or undefined
 * @throws {TypeError | RangeError} as `acquireAll`
 * @example
 * ```ts
 * import { Mutex, tryAcquireAll } from 'valvekit';
 *
 * const [from, to] = [new Mutex(), new Mutex()];
 * const guard = tryAcquireAll([from, to]);
 * guard?.release();
 * ```
 */
export function tryAcquireAll(locks: Several): Guard | undefined {
  const line = new JointLine();
  try {
    enterAll(locks, line.entrances);
    line.prepare();
    return tryAcquire(line, ACQUIRE, 0);
  } finally {
    line.leave();
  }
}

/**
 * Runs `fn` under several locks of this thread, and releases them when `fn` has returned, thrown, or settled its
 * promise. Order, cancellation and errors are those of `acquireAll`.
 *
 * @returns what `fn` returns; it rejects with what `fn` throws, and as `acquireAll` does
 * @example
 * ```ts
 * import { Mutex, sandboxAll } from 'valvekit';
 *
 * const from = { lock: new Mutex(), balance: 100 };
 * const to = { lock: new Mutex(), balance: 0 };
 *
 * await sandboxAll([from.lock, to.lock], async () => {
 *   from.balance -= 10;
 *   to.balance += 10;
 * });
 * ```
 */
export function sandboxAll<R>(locks: Several, fn: () => R, options?: WaitOptions): Promise<Awaited<R>> {
  return entering(locks, (line) => sandbox(line, SANDBOX, line, line.wrap(fn), options));
}

function entering<Result>(locks: Several, ask: (line: JointLine) => Promise<Result>): Promise<Result> {
  const line = new JointLine();
  try {
    enterAll(locks, line.entrances);
    const promise = ask(line);
    line.leave();
    return promise;
  } catch (error) {
    line.leave();
    return Promise.reject(error);
  }
}
