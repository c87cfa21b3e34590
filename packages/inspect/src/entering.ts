import type { Entrance } from '@valvekit/core/line';
import { requestOf } from './asked.ts';
import { inTask, isInner } from './call.ts';
import type { Request } from './graph.ts';
import { Joint } from './joint.ts';
import { end, hold, wait } from './ledger.ts';
import { observe } from './observed-line.ts';
import type { Method, Wrap } from './place.ts';
import { seatOf } from './seat.ts';

/** The members of a waiter that its line calls. */
interface Waiter {
  grant?: Method;
  giveUp?: Method;
}

/** The member through which `map`, `stream` and `acquireAll` enter a lock, past its methods. */
export const entering: Wrap = (name, place) =>
  function wrapper(this: object, ...args: unknown[]): unknown {
    const found = (place.original(name, this) as Method).apply(this, args) as Entrance<unknown>;
    if (isInner(this, name) || seatOf(this, place) === undefined) return found;
    const [options] = args;
    const ask = (verb: string, isSandbox: boolean): Request => {
      const call = { self: this, name, place, args: [], wrapper };
      const asked = requestOf(call, { verb, isSandbox }) as Request;
      asked.read('permits', found.permits);
      return asked;
    };
    // `map` passes all its terms. A joint request has terms of its own.
    if (!Object.hasOwn(Object(options), 'priority')) return Joint.enter(found, ask('acquireAll', false));
    let request: Request;
    return {
      ...found,
      line: observe(found.line, {
        ask: {
          after(outcome, _request, terms, verb) {
            request = ask((verb as { name: string }).name, true);
            request.read('priority', (terms as { priority: number }).priority);
            if (outcome !== undefined) hold(request);
          },
        },
        join: {
          before: (waiter) => follow(waiter as Waiter, request),
          after: () => wait(request),
        },
        giveBack: { before: () => end(request) },
      }),
      wrap: <Fn>(fn: Fn): Fn => inTask(request.task, fn),
    };
  };

/** Hears of the end of a wait before the waiter does. */
function follow(waiter: Waiter, request: Request): void {
  const { grant, giveUp } = waiter;
  const around = (then: (request: Request) => void, member: Method | undefined): Method =>
    function (this: unknown, outcome: unknown): unknown {
      delete waiter.grant;
      delete waiter.giveUp;
      then(request);
      return member?.call(this, outcome);
    };
  waiter.grant = around(hold, grant);
  waiter.giveUp = around(end, giveUp);
}
