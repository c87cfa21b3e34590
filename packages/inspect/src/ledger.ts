import type { Entry } from './contract.ts';
import { reportDeadlock } from './deadlock.ts';
import { Request, type WatchedLock } from './graph.ts';
import { entryOf, report } from './report.ts';

/** Called with each wait and each hold when it has ended. Times are those of `performance.now()`. */
export type Listener = (entry: Entry, start: number, end: number) => void;

/** Those who are told of each wait and each hold when it has ended. */
export const listeners: Set<Listener> = new Set();

type Ended = Parameters<Listener>;

const LONGEST_TIMER = 2 ** 31 - 1;
const settled: Promise<void> = /* @__PURE__ */ Promise.resolve();

/** The request waits, unless it has been granted or is over. */
export function wait(request: Request): void {
  if (request.stage !== 'asked' || !begin(request, 'wait')) return;
  request.lock.join(request);
  for (let { task } = request; task !== undefined; task = task.parent) {
    // It may have ended between the call and now.
    if (task.isOver) continue;
    task.waits ??= new Set();
    task.waits.add(request.first);
  }
  look(request);
}

/**
 * The call has returned. If the line has grown, the request waits. If nobody waits, it does not. Else that is known one
 * reaction later: by then, a request that was refused is over, and one that was granted at once holds.
 *
 * @param before - how many waited before the call, if the lock tells
 * @param after - how many wait now
 */
export function waitIfAsked(request: Request, before: number | undefined, after: number | undefined): void {
  if (Number(after) > Number(before)) wait(request);
  else if (after !== 0) void settled.then(() => wait(request));
}

/** The request has been granted. */
export function hold(request: Request): void {
  const { lock, stage, task } = request;
  if (stage === 'hold' || stage === 'over') return;
  const ended = leave(request);
  if (stage === 'wait') request.start = performance.now();
  if (begin(request, 'hold')) {
    lock.take(request);
    // Its task may be stuck already.
    if (task?.waits?.size) lock.heads.forEach(look);
  }
  tell(ended);
}

/** The wait has ended without the lock, or the hold has ended. */
export function end(request: Request): void {
  const { isSandbox, lock, stage, task } = request;
  if (stage === 'over') return;
  const ended = leave(request);
  lock.giveBack(request);
  request.stage = 'over';
  lock.endUse();
  if (isSandbox) task?.end();
  tell(ended);
}

/** Holds that a lock has before it is watched are one entry. Their holders are unknown. */
export function holdFromBefore(lock: WatchedLock): void {
  addBefore(lock, Math.max(lock.unseen, 0));
}

/** Looks how much of that is still there. Its release cannot be seen. */
export function refresh(lock: WatchedLock): void {
  addBefore(lock, Math.min(lock.unseen, 0));
}

/** Changes how much of it there is. */
export function addBefore(lock: WatchedLock, permits: number): void {
  if (permits > 0 && lock.before?.stage !== 'hold') {
    lock.before = new Request(lock, 'before watch', '', undefined);
    lock.before.permits = 0;
    hold(lock.before);
  }
  const { before } = lock;
  if (before?.stage !== 'hold' || !permits) return;
  const left = before.permits + permits;
  if (left > 0) lock.change(before, { permits: left });
  else end(before);
}

/** Ends the wait or the hold, and returns it as it was, if somebody is to be told. */
function leave(request: Request): Ended | undefined {
  const { first, lock, stage, start, timer } = request;
  // Nobody is told of what ends because the watch does.
  const isTold = listeners.size > 0 && stage !== 'asked' && lock.settings !== undefined;
  const ended: Ended | undefined = isTold ? [entryOf(request), start, performance.now()] : undefined;
  if (timer !== undefined) clearTimeout(timer);
  if (stage === 'wait') {
    request.stage = 'asked';
    const head = lock.leave(request);
    // Those behind it have waited for somebody who was not stuck.
    if (head !== undefined) look(head);
    for (let { task } = request; task !== undefined; task = task.parent) task.waits?.delete(first);
  }
  return ended;
}

// At last, because a listener can end the watch, and with it the request.
function tell(ended: Ended | undefined): void {
  if (ended !== undefined) for (const listener of listeners) listener(...ended);
}

function begin(request: Request, stage: 'wait' | 'hold'): boolean {
  const { settings } = request.lock;
  if (settings === undefined) {
    end(request);
    return false;
  }
  request.stage = stage;
  const slow = settings[stage];
  if (Number.isFinite(slow)) {
    request.timer = setTimeout(reportSlow, Math.min(slow as number, LONGEST_TIMER), request);
    // It keeps no process alive. In browsers a timer is a number.
    (request.timer as { unref?(): void }).unref?.();
  }
  return true;
}

function reportSlow(request: Request): void {
  const { lock } = request;
  refresh(lock);
  const { stage } = request;
  if (stage === 'over') return;
  report(`slow-${stage as 'wait' | 'hold'}`, request, stage === 'hold' ? [request] : [request, ...lock.holds]);
}

// One reaction later: by then, a request that was refused is over.
function look(request: Request): void {
  void settled.then(() => reportDeadlock(request));
}
