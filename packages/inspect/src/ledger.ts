import type { Entry } from './contract.ts';
import { reportDeadlock } from './deadlock.ts';
import { Request, type Stage, type WatchedLock } from './graph.ts';
import { entryOf, report } from './report.ts';

/** Called with each wait and each hold when it has ended. Times are those of `performance.now()`. */
export type Listener = (entry: Entry, start: number, end: number) => void;

/** Those who are told of each wait and each hold when it has ended. */
export const listeners: Set<Listener> = new Set();

type Ended = Parameters<Listener>;

const STAGES: readonly Stage[] = ['asked', 'wait', 'hold', 'over'];

// A longer one would fire at once.
const LONGEST_TIMER = 2 ** 31 - 1;

/** What reacts to this runs one reaction later: by then, a request that was refused is over. */
export const settled: Promise<void> = /* @__PURE__ */ Promise.resolve();

/** The request waits, unless it has been granted or is over. */
export function wait(request: Request): void {
  moveOn(request, 'wait');
}

/** The request has been granted. */
export function hold(request: Request): void {
  moveOn(request, 'hold');
}

/** The wait has ended without the lock, or the hold has ended. */
export function end(request: Request): void {
  moveOn(request, 'over');
}

/** What a lock that begins to be watched has held before is one entry. Its holders are unknown. */
export function holdFromBefore(lock: WatchedLock): void {
  const { before, unseen } = lock;
  if (!(unseen > 0) || before?.stage === 'hold') return;
  lock.before = new Request(lock, 'before watch', '');
  lock.before.permits = unseen;
  hold(lock.before);
}

/**
 * Looks how much of that is still there. Its release cannot be seen.
 *
 * @param taken - how many permits have been taken that no entry stands for yet
 */
export function refresh(lock: WatchedLock, taken = 0): void {
  const { before, unseen } = lock;
  if (before?.stage !== 'hold' || !(unseen < taken)) return;
  const left = before.permits + unseen - taken;
  if (left > 0) lock.change(before, left);
  else end(before);
}

/** A request goes on to a later stage: there is no way back. If its lock is not watched any more, it is over. */
function moveOn(request: Request, next: Stage): void {
  const { lock, stage, start, task, timer } = request;
  if (STAGES.indexOf(next) <= STAGES.indexOf(stage)) return;
  const { settings } = lock;
  // Nobody is told of what ends because the watch does.
  const isTold = listeners.size > 0 && stage !== 'asked' && settings !== undefined;
  const ended: Ended | undefined = isTold ? [entryOf(request), start, performance.now()] : undefined;
  if (timer !== undefined) clearTimeout(timer);
  if (stage === 'wait') {
    request.start = performance.now();
    const { head } = lock;
    lock.leave(request);
    // Those behind it have waited for somebody who was not stuck.
    if (head === request) look(lock.head);
    for (let around = task; around !== undefined; around = around.parent) around.waits?.delete(request);
  }
  lock.giveBack(request);
  request.stage = settings === undefined ? 'over' : next;
  if (request.stage === 'wait') {
    lock.join(request);
    // The task may have ended between the call and now.
    for (let around = task?.running; around !== undefined; around = around.parent) {
      around.waits ??= new Set();
      around.waits.add(request);
    }
    look(request);
  } else if (request.stage === 'hold') {
    lock.take(request);
    // Its task may be stuck already.
    if (task?.waits?.size) look(lock.head);
  } else {
    lock.endUse();
    if (request.isSandbox) task?.end();
  }
  const slow = settings?.[request.stage as 'wait' | 'hold'];
  if (slow !== undefined && slow <= LONGEST_TIMER) {
    request.timer = setTimeout(reportSlow, slow, request);
    // It keeps no process alive. In browsers a timer is a number.
    (request.timer as { unref?(): void }).unref?.();
  }
  // At last, because a listener can end the watch, and with it the request.
  if (ended !== undefined) for (const listener of listeners) listener(...ended);
}

function reportSlow(request: Request): void {
  const { lock, stage } = request;
  refresh(lock);
  report(`slow-${stage as 'wait' | 'hold'}`, request, stage === 'hold' ? [request] : [request, ...lock.holds]);
}

function look(wait: Request | undefined): void {
  if (wait !== undefined) void settled.then(() => reportDeadlock(wait));
}
