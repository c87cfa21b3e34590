import { readOptions, requestOf, startTask } from './asked.ts';
import { callUser, quietly } from './call.ts';
import { ASKED, type LockState, OVER, type Request } from './graph.ts';
import { trackGuard } from './guard.ts';
import { holdBare } from './held-before.ts';
import { end, hold, wait } from './ledger.ts';
import { isThenable, whenDone } from './outcome.ts';
import type { Method, Wrap } from './place.ts';
import { isFunction, isObject } from './settings.ts';

/** A method that asks for a lock. */
interface Way {
  /** What it gives. Nothing: when it has ended, nobody holds anything. */
  readonly gives?: 'guard' | 'bare';
  /** Whether the function that it takes runs under the hold. */
  readonly isSandbox?: boolean;
  /** Where it takes a function. */
  readonly fnAt?: number;
  /** Which side of a read/write lock a bare verb asks for, as in `read.`. */
  readonly side?: string;
}

/** `acquire`, `tryAcquire`, `sandbox`, the bare verbs, and the waits of Barrier and ASemaphore. */
export function asking({ gives, isSandbox, fnAt = 0, side }: Way): Wrap {
  return (name, place) =>
    function wrapper(this: LockState & object, ...args: unknown[]): unknown {
      const call = (): unknown => (place.original(name, this) as Method).apply(this, args);
      const request = requestOf(this, name, wrapper);
      if (request === undefined) return call();
      request.side = side ?? request.side;
      request.isBare = gives === 'bare';
      if (isSandbox) startTask([request]);
      if (fnAt === 0) readOptions(request, name, args);
      const over = (): void => end(request);
      const grant = (value?: unknown): void => {
        if (request.isBare && value !== false) holdBare(request);
        else if (gives === 'guard' && isObject(value)) trackGuard(value, request);
        else over();
      };
      const fn = args[fnAt];
      // Whether the outcome is heard of by the function.
      let isHeard = false;
      if (isFunction(fn)) {
        isHeard = !isSandbox;
        args[fnAt] = isSandbox
          ? (...given: never[]): unknown => {
              hold(request);
              const value = run(request, () => fn(...given));
              // Its first reaction comes before the release. The `then` of a foreign thenable must not be called twice.
              isHeard = value instanceof Promise;
              if (isHeard) void Promise.prototype.then.call(value, over, over);
              else if (!isObject(value) && !isFunction(value)) over();
              return value;
            }
          : function (this: unknown, ...outcome: never[]): unknown {
              if (outcome[0]) over();
              else grant();
              return callUser(undefined, () => fn.apply(this, outcome));
            };
      }
      let result: unknown;
      try {
        result = quietly(this, name, call);
      } catch (error) {
        // If a callback has thrown, the lock is held.
        if (request.stage === ASKED) over();
        throw error;
      }
      if (isHeard || request.stage === OVER) {
        wait(request);
        return result;
      }
      const promise = whenDone(result, grant, over);
      // After that, so that what is granted already never waits.
      if (isThenable(result) && (this.waiting ?? request.lock.object?.waiting) !== 0) wait(request);
      return promise;
    };
}

/** Runs a user's function under the hold of a sandbox, which ends if it throws. */
function run(request: Request, fn: () => unknown): unknown {
  try {
    return callUser(request.task, fn);
  } catch (error) {
    end(request);
    throw error;
  }
}
