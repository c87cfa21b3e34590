import type { Entrance, Terms, Verb } from '@valvekit/core/line';
import { READERS_FIRST, type Request } from './graph.ts';
import { end, hold, wait } from './ledger.ts';
import { requestOf } from './requesting.ts';
import { sandboxed } from './sandboxed.ts';
import { isFunction, isObject } from './settings.ts';
import { callUser } from './task.ts';
import type { Around } from './wrapping.ts';

/** What happens around a method of a line. */
type Step = (call: () => unknown, ...args: never[]) => unknown;

/** What waits in a line: a part of a request for several locks, or `map`. */
interface Waiting {
  readonly verb: Verb;
  grant(hold: unknown): void;
  giveUp(reason: unknown): void;
  /** Goes on, once it has been granted. */
  run(): void;
}

// The lines of code that called `map`: those that it asks from later are none of the user's.
const stacks = new WeakMap<object, string>();

// The requests for several locks, by the list of those. Reading a list runs user code, which may enter other locks.
const joint = new WeakMap<object, Request[]>();

/** The member through which `map`, `stream` and `acquireAll` enter a lock, past its methods. */
export const entering: Around = (call) => {
  const found = call.run() as Entrance<unknown>;
  const request = requestOf(call);
  if (request === undefined) return found;
  request.verb = 'acquireAll';
  request.permits = found.permits ?? 1;
  const [wish, list] = call.args as [unknown, object?];
  keepStack(request, wish);
  // `map` and `stream` have no list.
  const requests = (list && joint.get(list)) ?? [];
  requests.push(request);
  if (list !== undefined) {
    joint.set(list, requests);
    request.together = requests;
  }

  // Whether the line has granted it, which counts once all that are granted together are.
  let hasTaken = false;
  const settle = (): void => (hasTaken ? hold : end)(request);
  const take: Step = (call) => {
    const outcome = call();
    hasTaken = Boolean(outcome);
    return outcome;
  };
  const giveBack: Step = (call) => {
    hasTaken = false;
    if (request.stage === 'hold') end(request);
    return call();
  };
  const add = (call: () => unknown, waiter: Waiting, priority: number): void => {
    request.priority = waiter.verb.rank > 0 ? READERS_FIRST : priority;
    // Of a request for several locks that is granted, one part is granted and the others give up.
    hearOf(waiter, () => hold(request), settle);
    call();
    wait(request);
  };
  const steps: Record<PropertyKey, Step> = {
    // `map` and `stream` call these.
    ask(call, _request: unknown, _terms: unknown, { name }: Verb) {
      request.verb = name;
      return take(call);
    },
    join(call, waiter: Waiting, { priority }: Terms) {
      // A bare verb of the same lock may grant it. What it goes on with then is not part of that call.
      const { run } = waiter;
      if (!Object.hasOwn(waiter, 'run')) waiter.run = () => callUser(undefined, () => run.call(waiter));
      add(call, waiter, priority);
    },
    giveBack,
    // A request for several locks calls these. It gives back what it has taken, unless it takes all.
    admitNow: take,
    untake: giveBack,
    add,
  };
  return {
    ...found,
    line: observed(found.line, steps),
    wrap<Fn>(fn: Fn): Fn {
      // Each of several locks asks for this, but they have one function.
      if (requests[0]?.isSandbox) return fn;
      if (list !== undefined) for (const each of requests) each.verb = 'sandboxAll';
      return sandboxed(requests, fn);
    },
    leave() {
      if (request.stage === 'asked') {
        settle();
        // A list can name a lock twice, which is entered once more then, and left.
        if (!hasTaken) requests.splice(requests.indexOf(request), 1);
      }
      found.leave?.();
    },
  };
};

/** A line to put in front of a line: what enters through it is observed, all else is not. */
function observed<Line extends object>(line: Line, steps: Record<PropertyKey, Step>): Line {
  return new Proxy(line, {
    get(target, name) {
      // The line itself is `this`: it has private members.
      const member: unknown = Reflect.get(target, name, target);
      if (!isFunction(member)) return member;
      return (...args: never[]): unknown => {
        const call = (): unknown => member.apply(target, args);
        const step = steps[name];
        return step === undefined ? call() : step(call, ...args);
      };
    },
  });
}

/** Keeps the first stack of a wish: `map` has one for all its items. */
function keepStack(request: Request, wish: unknown): void {
  if (request.stack === undefined || !isObject(wish)) return;
  request.stack = stacks.get(wish) ?? request.stack;
  stacks.set(wish, request.stack);
}

/** Hears that a waiter is granted or gives up, before it does that. It may join again, so it is as it was by then. */
function hearOf(waiter: Waiting, granted: () => void, gaveUp: () => void): void {
  const { grant, giveUp } = waiter;
  const after = (hear: () => void): Waiting => {
    Object.assign(waiter, { grant, giveUp });
    hear();
    return waiter;
  };
  waiter.grant = (held) => after(granted).grant(held);
  waiter.giveUp = (reason) => after(gaveUp).giveUp(reason);
}
