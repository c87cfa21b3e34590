import { inTask, isInner } from './call.ts';
import { Request } from './graph.ts';
import type { Method } from './place.ts';
import { seatOf } from './seat.ts';
import { isObject } from './settings.ts';
import { currentTask, newTask } from './task.ts';

/**
 * Makes the request of a call. Undefined if the lock is not watched, or if the call is made by one that is.
 *
 * @param wrapper - what stacks leave out
 */
export function requestOf(self: object, name: PropertyKey, wrapper: Method): Request | undefined {
  if (isInner(self, name)) return undefined;
  const { side, find } = seatOf(self);
  const lock = find(self);
  if (lock === undefined) return undefined;
  const request = new Request(lock, `${side}${String(name)}`, side, currentTask());
  if (lock.settings?.stacks) request.stack = stackAbove(wrapper);
  return request;
}

/** Hears of the options of a call, its last argument, as the lock reads them. */
export function readOptions(request: Request, name: PropertyKey, args: unknown[]): void {
  const isTry = String(name).startsWith('try');
  request.mayWait = !isTry;
  const options = args.at(-1);
  // A number is how many permits to try for, or a timeout.
  if (typeof options === 'number') request.read(isTry ? 'permits' : 'timeout', options);
  else if (isObject(options)) {
    if (isRun(options)) options.wrap = (fn) => inSandbox([request], fn);
    args[args.length - 1] = listenedTo(options, request);
  }
}

/** Makes the requests those of a sandbox. */
export function startTask(requests: readonly Request[]): void {
  const task = newTask();
  for (const request of requests) {
    request.task = task;
    request.isSandbox = true;
  }
}

/** A user's function that is a sandbox under what the requests hold. */
export function inSandbox<Fn>(requests: readonly Request[], fn: Fn): Fn {
  startTask(requests);
  return inTask(requests[0]?.task, fn);
}

/** Options that tell what the lock reads of them, so that each is read once. */
function listenedTo(options: object, request: Request): object {
  return new Proxy(options, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      request.read(name, value);
      return value;
    },
  });
}

/** The options of `map`, where it asks a lock that it cannot enter. */
interface Run {
  wrap?<Fn>(fn: Fn): Fn;
}

function isRun(options: object): options is Run {
  try {
    return 'wrap' in options;
  } catch {
    // A proxy. It is left to the lock to refuse it.
    return false;
  }
}

/** `Error` in V8, and by now elsewhere. */
interface Capturing {
  captureStackTrace?(target: object, above: Method): void;
}

/** The lines of code that called a wrapper. */
function stackAbove(wrapper: Method): string | undefined {
  const at: { stack?: string } = {};
  // Where there is no such function, the stack begins in here.
  (Error as Capturing).captureStackTrace?.(at, wrapper);
  const { stack = '' } = at.stack === undefined ? new Error('here') : at;
  return stack.replace(/^Error.*\n/, '');
}
