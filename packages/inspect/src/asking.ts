import { type Call, requestOf, type Way } from './asked.ts';
import { callUser, quietly } from './call.ts';
import { type LockState, OVER, type Request } from './graph.ts';
import { trackGuard } from './guard.ts';
import { end, forget, hold, wait } from './ledger.ts';
import { isThenable, whenDone } from './outcome.ts';
import type { Method, Wrap } from './place.ts';
import { isFunction, isObject } from './settings.ts';

/** `acquire`, `tryAcquire`, the bare verbs, and the waits of Barrier and ASemaphore. */
export function asking(way: Way = {}): Wrap {
  const { callbackAt, isBare = false, isWaitOnly = false } = way;
  return (name, place) =>
    function wrapper(this: object, ...args: unknown[]): unknown {
      const call: Call = { self: this, name, place, args, wrapper };
      const request = requestOf(call, way);
      if (request === undefined) return original(call);
      const grant = (value?: unknown): void => {
        if (isWaitOnly) end(request);
        else if (value === false || (value === undefined && !isBare)) forget(request);
        else if (isObject(value)) trackGuard(value, request);
        else hold(request);
      };
      const callback = callbackAt === undefined ? undefined : args[callbackAt];
      if (!isFunction(callback)) return follow(call, request, carryOut(call, request), grant);
      args[callbackAt as number] = function (this: unknown, ...outcome: never[]): unknown {
        if (outcome[0]) end(request);
        else grant();
        return callUser(undefined, () => callback.apply(this, outcome));
      };
      const result = carryOut(call, request);
      wait(request);
      return result;
    };
}

/** `sandbox`. */
export const sandbox: Wrap = (name, place) =>
  function wrapper(this: object, ...args: unknown[]): unknown {
    const call: Call = { self: this, name, place, args, wrapper };
    const [fn] = args;
    const request = isFunction(fn) ? requestOf(call, { isSandbox: true }) : undefined;
    if (request === undefined) return original(call);
    const over = (): void => end(request);
    let isFollowed = false;
    args[0] = (...given: unknown[]): unknown => {
      hold(request);
      let result: unknown;
      try {
        result = callUser(request.task, () => (fn as Method)(...given));
      } catch (error) {
        over();
        throw error;
      }
      // Its first reaction comes before the release. The `then` of a foreign thenable must not be called twice.
      if (result instanceof Promise) {
        isFollowed = true;
        void Promise.prototype.then.call(result, over, over);
      } else if (!isObject(result) && !isFunction(result)) over();
      return result;
    };
    const result = carryOut(call, request);
    return isFollowed || request.stage === OVER ? result : follow(call, request, result, over);
  };

function original({ self, name, place, args }: Call): unknown {
  return (place.original(name, self) as Method).apply(self, args);
}

function carryOut(call: Call, request: Request): unknown {
  try {
    return quietly(call.self, call.name, () => original(call));
  } catch (error) {
    forget(request);
    throw error;
  }
}

/** Hears of the outcome of a call before its caller does. */
function follow({ self }: Call, request: Request, result: unknown, grant: (value: unknown) => void): unknown {
  if (isThenable(result)) {
    const { waiting = request.lock.object?.waiting }: LockState = self;
    if (waiting !== 0) wait(request);
    else if (request.asked.isBare) request.lock.asked.add(request);
  }
  return whenDone(result, grant, () => end(request));
}
