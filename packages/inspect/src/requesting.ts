import { holdBare } from './bare.ts';
import type { LockState, WatchedLock } from './graph.ts';
import { READERS_FIRST, Request } from './graph.ts';
import { whenLost } from './lease.ts';
import { end, settled, wait } from './ledger.ts';
import { areReadersFirst, lockOf, originOf } from './origin.ts';
import { sandboxed } from './sandboxed.ts';
import { isFunction, isObject } from './settings.ts';
import { callUser, currentTask } from './task.ts';
import { whenDone } from './when-done.ts';
import type { Around, Call, Method } from './wrapping.ts';

/** What becomes of a request that has been granted: it begins to hold, or it ends. */
type Grant = (request: Request, value?: unknown) => void;

/** Which function a method takes, if any: a callback, as its first or second argument, or the function of a sandbox. */
type Takes = 'callback' | 'second' | 'sandbox';

/**
 * A method that requests a lock, and tells its promise or its callback.
 *
 * @param side - which side of a read/write lock a bare verb requests, as in `read.`
 */
export function requesting(grant: Grant, side?: string, takes: Takes = 'callback'): Around {
  return (call) => {
    const request = requestOf(call);
    if (request === undefined) return call.run();
    const { args, self, run } = call;
    const options = args.at(-1);
    const fnAt = takes === 'second' ? 1 : 0;
    const fn = args[fnAt];
    request.side = side ?? request.side;
    request.isBare = grant === holdBare;
    if (fnAt === 0) listenTo(request, call);
    if (takes === 'sandbox') args[0] = sandboxed([request], fn, whenLost);
    else if (isFunction(fn)) {
      args[fnAt] = function (this: unknown, ...outcome: never[]): unknown {
        if (outcome[0]) end(request);
        else grant(request);
        return callUser(undefined, () => fn.apply(this, outcome));
      };
      return perform(request, self, run);
    }
    return perform(request, self, run, (value) => {
      grant(request, value);
      // The options of `map`, where it asks a lock that it cannot enter. Its function has a task of its own a reaction later.
      if (isObject(options) && 'wrap' in options) {
        options.wrap = <Fn>(run: Fn) => sandboxed([request], run);
        request.task = undefined;
      }
    });
  };
}

/** Makes the request of a call. Undefined if the lock is not watched. */
export function requestOf({ self, name, wrapper }: Call): Request | undefined {
  const lock = lockOf(self);
  if (lock === undefined) return undefined;
  const { side } = originOf(self);
  return new Request(lock, side + name, side, currentTask(), stackAbove(wrapper, lock));
}

/**
 * Makes a call, and follows the request.
 *
 * @param self - what is called
 * @param granted - hears of the result, unless a callback does
 */
export function perform(
  request: Request,
  self: object,
  run: () => unknown,
  granted?: (value: unknown) => void,
): unknown {
  const { isBare, lock } = request;
  const waiting = (): number | undefined => (self as LockState).waiting ?? lock.object.waiting;
  const unseen = isBare ? lock.unseen : 0;
  const before = waiting();
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    // If a callback has thrown, the lock is held.
    if (request.stage === 'asked') end(request);
    throw error;
  }
  // What a bare verb has taken can be released before its promise is told.
  if (isBare && lock.unseen - unseen >= request.permits) granted?.(undefined);
  if (request.stage !== 'asked') return result;
  const outcome = granted === undefined ? result : whenDone(result, granted, () => end(request));
  const after = waiting();
  if (after === 0 || request.verb.includes('try')) return outcome;
  if (request.side === 'read.' && areReadersFirst(self)) request.priority = READERS_FIRST;
  // If the line has grown, the request waits. Else that is known one reaction later: by then, a request that was refused is
  // over, and one that was granted at once holds, because the reactions above come first.
  if (Number(after) > Number(before)) wait(request);
  else void settled.then(() => wait(request));
  return outcome;
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
  (Error as Capturing).captureStackTrace?.(here, wrapper);
  // Where there is no such function, the stack begins in here; also if a bundler has made a tail call of that of the wrapper.
  return linesOf(here) || linesOf(new Error('here'));
}

// A program can make something else of a stack.
function linesOf({ stack }: Error): string {
  return String(stack ?? '').replace(/^Error.*\n?/, '');
}
