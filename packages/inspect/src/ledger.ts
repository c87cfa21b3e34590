import type { Entry } from './contract.ts';
import { reportDeadlock } from './deadlock.ts';
import { entryOf } from './entry.ts';
import { ASKED, HOLDING, OVER, type Request, WAITING } from './graph.ts';
import { report } from './report.ts';

/** Called with each wait and each hold when it has ended. Times are those of `performance.now()`. */
export type Listener = (entry: Entry, start: number, end: number) => void;

/** Those who hear of them. */
export const listeners: Set<Listener> = new Set();

/** All requests that wait or hold. */
export const requests: Set<Request> = new Set();

const LONGEST_TIMER = 2 ** 31 - 1;
const settled: Promise<void> = /* @__PURE__ */ Promise.resolve();

/** The call has returned, and the request has not been granted. */
export function wait(request: Request): void {
  const { first, lock, mayWait, stage } = request;
  if (stage !== ASKED || !mayWait || !begin(request, WAITING, 'wait')) return;
  lock.join(request);
  for (let { task } = request; task !== undefined; task = task.parent) {
    task.waits ??= new Set();
    task.waits.add(first);
  }
  look(request);
}

/** The request has been granted. */
export function hold(request: Request): void {
  const { lock, stage, task } = request;
  if (stage >= HOLDING) return;
  if (stage === WAITING) {
    tell(request);
    leave(request);
    request.start = performance.now();
    request.since = undefined;
  }
  if (!begin(request, HOLDING, 'hold')) return;
  lock.take(request);
  // Its task may be stuck already.
  if (task?.waits?.size) lock.heads.forEach(look);
}

/** The wait has ended without the lock, or the hold has ended. */
export function end(request: Request): void {
  tell(request);
  forget(request);
}

/** Takes a request out, and tells nobody. */
export function forget(request: Request): void {
  const { isSandbox, lock, stage, task } = request;
  if (stage === OVER) return;
  leave(request);
  lock.giveBack(request);
  request.stage = OVER;
  requests.delete(request);
  lock.endUse();
  if (isSandbox) task?.end();
}

function leave(request: Request): void {
  if (request.timer !== undefined) clearTimeout(request.timer);
  if (request.stage !== WAITING) return;
  request.stage = ASKED;
  request.lock.leave(request);
  for (let { task } = request; task !== undefined; task = task.parent) task.waits?.delete(request.first);
}

function begin(request: Request, stage: number, kind: Entry['kind']): boolean {
  const { settings } = request.lock;
  if (settings === undefined) {
    forget(request);
    return false;
  }
  request.stage = stage;
  requests.add(request);
  const { [kind]: slow } = settings;
  if (slow < Number.POSITIVE_INFINITY) {
    request.timer = setTimeout(reportSlow, Math.min(slow, LONGEST_TIMER), request);
    // It keeps no process alive. In browsers a timer is a number.
    (request.timer as { unref?(): void }).unref?.();
  }
  return true;
}

function tell(request: Request): void {
  const { stage, start } = request;
  if (listeners.size === 0 || (stage !== WAITING && stage !== HOLDING)) return;
  const entry = entryOf(request);
  for (const listener of listeners) {
    try {
      listener(entry, start, performance.now());
    } catch (error) {
      console.error(error);
    }
  }
}

function reportSlow(request: Request): void {
  if (request.stage === HOLDING) report('slow-hold', request, [request]);
  else report('slow-wait', request, [request, ...request.lock.holds]);
}

// One reaction later: by then, a request that was refused is over.
function look(request: Request): void {
  void settled.then(() => reportDeadlock(request));
}
