import { adopt, react } from '@valvekit/core/line';
import { holdBare } from './bare.ts';
import type { LockState, WatchedLock } from './graph.ts';
import { READERS_FIRST, Request } from './graph.ts';
import { whenLost } from './lease.ts';
import { end, hold, waitIfAsked } from './ledger.ts';
import type { Around, Call, Method } from './place.ts';
import { attempt } from './report.ts';
import { areReadersFirst, lockOf, seatOf } from './seat.ts';
import { isFunction, isObject } from './settings.ts';
import { callUser, currentTask, newTask } from './task.ts';
import { whenDone } from './when-done.ts';

/** What becomes of a request that has been granted: it begins to hold, or it ends. */
type Grant = (request: Request, value?: unknown) => void;

/** Which function a method takes, if any: a callback, as its first or second argument, or the function of a sandbox. */
type Takes = 'callback' | 'second' | 'sandbox';

/**
 * A method that asks for a lock, and tells its promise or its callback.
 *
 * @param side - which side of a read/write lock a bare verb asks for, as in `read.`
 */
export function asking(grant: Grant, side?: string, takes: Takes = 'callback'): Around {
  return (call) => {
    const request = requestOf(call);
    if (request === undefined) return call.run();
    const { args } = call;
    const options = args.at(-1);
    const fnAt = takes === 'second' ? 1 : 0;
    const fn = args[fnAt];
    request.side = side ?? request.side;
    if (grant === holdBare) request.isBare = true;
    if (fnAt === 0) listenTo(request, call);
    if (takes === 'sandbox') args[0] = sandboxed([request], fn, whenLost);
    else if (isFunction(fn)) {
      args[fnAt] = function (this: unknown, ...outcome: never[]): unknown {
        if (outcome[0]) end(request);
        else grant(request);
        return callUser(undefined, () => fn.apply(this, outcome));
      };
      return answer(request, call);
    }
    return answer(request, call, (value) => {
      // The options of `map`, where it asks a lock that it cannot enter.
      if (isObject(options) && 'wrap' in options) options.wrap = <Fn>(run: Fn) => sandboxed([request], run);
      grant(request, value);
    });
  };
}

/** Makes the request of a call. Undefined if the lock is not watched. */
export function requestOf({ self, name, wrapper }: Call): Request | undefined {
  const lock = lockOf(self);
  if (lock === undefined) return undefined;
  const { side } = seatOf(self);
  const request = new Request(lock, side + name, side, currentTask());
  request.stack = stackAbove(wrapper, lock);
  return request;
}

/**
 * A user's function that is a sandbox: what the requests hold begins, at the latest, and ends with it.
 *
 * @param hear - hears of what the function is given
 */
export function sandboxed<Fn>(requests: readonly Request[], fn: Fn, hear?: typeof whenLost): Fn {
  const task = newTask();
  for (const request of requests) {
    request.task = task;
    request.isSandbox = true;
  }
  // What is no function is left to the lock to refuse.
  if (!isFunction(fn)) return fn;
  const over = (): void => {
    requests.forEach(end);
    task?.close();
  };
  return ((...given: never[]) => {
    requests.forEach(hold);
    hear?.(given[0], over);
    try {
      // The lock gets a promise of ours for a foreign thenable, whose `then` must not be called twice.
      const value = callUser(task, () => fn(...given));
      const promise = adopt(value);
      // Its first reaction comes before the release.
      if (promise === undefined) over();
      else void react(promise, over, over);
      return promise ?? value;
    } catch (error) {
      over();
      throw error;
    }
  }) as Fn;
}

/** Makes the call, and hears of its outcome unless a function does. */
function answer(request: Request, { name, self, run }: Call, grant?: (value: unknown) => void): unknown {
  const { isBare, lock } = request;
  const unseen = isBare ? lock.unseen : 0;
  const before = waitingAt(self, request);
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    // If a callback has thrown, the lock is held.
    if (request.stage === 'asked') end(request);
    throw error;
  }
  // What a bare verb has taken can be released before its promise is told.
  if (isBare && lock.unseen - unseen >= request.permits) grant?.(undefined);
  if (request.stage !== 'asked') return result;
  const outcome = grant === undefined ? result : whenDone(result, grant, () => end(request));
  if (name.startsWith('try')) return outcome;
  const after = waitingAt(self, request);
  if (after !== 0 && request.side === 'read.' && areReadersFirst(self)) request.priority = READERS_FIRST;
  // After the reactions above, so that what has been answered already never waits.
  waitIfAsked(request, before, after);
  return outcome;
}

/** How many wait for a lock. */
function waitingAt(self: LockState, { lock }: Request): number | undefined {
  return self.waiting ?? lock.object?.waiting;
}

/** Hears of the options of a call, its last argument, as the lock reads them, so that each is read once. */
function listenTo(request: Request, { name, self, args }: Call): void {
  const options = args.at(-1);
  if (typeof options === 'number' && name.startsWith('try') && 'available' in self) request.permits = options;
  if (!isObject(options)) return;
  args[args.length - 1] = new Proxy(options, {
    get(target, option) {
      const value: unknown = Reflect.get(target, option);
      // Whether it is right is for the lock to tell.
      if ((option === 'permits' || option === 'priority') && typeof value === 'number') request[option] = value;
      return value;
    },
  });
}

/** `Error` in V8, and by now elsewhere. */
interface Capturing {
  captureStackTrace?(target: object, above: Method): void;
}

/** The lines of code that called a wrapper, if the watch of the lock wants them. */
export function stackAbove(wrapper: Method, { settings }: WatchedLock): string | undefined {
  if (!settings?.stacks) return undefined;
  const here = new Error('here');
  return attempt(() => {
    (Error as Capturing).captureStackTrace?.(here, wrapper);
    // Where there is no such function, the stack begins in here; also if a bundler has made a tail call of that of the wrapper.
    return linesOf(here) || linesOf(new Error('here'));
  });
}

// A program can make something else of a stack.
function linesOf({ stack }: Error): string {
  return String(stack ?? '').replace(/^Error.*\n?/, '');
}
