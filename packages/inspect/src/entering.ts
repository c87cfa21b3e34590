import type { Entrance } from '@valvekit/core/line';
import { inSandbox, requestOf } from './asked.ts';
import { ASKED, HOLDING, type Request } from './graph.ts';
import { end, hold, wait } from './ledger.ts';
import type { Method, Wrap } from './place.ts';

type Line = Entrance<unknown>['line'];

/** A request in one line. */
interface Part {
  readonly request: Request;
  /** The line, observed. */
  readonly line: Line;
  /** Looks what has become of the request. */
  settle(): void;
}

/** What happens around a method of a line. */
type Step = (call: () => unknown, ...args: never[]) => unknown;

// The request for several locks that is entering them, one after the other.
let several: Asking | undefined;

/** The member through which `map`, `stream` and `acquireAll` enter a lock, past its methods. */
export const entering: Wrap = (name, place) =>
  function wrapper(this: object, ...args: unknown[]): unknown {
    const found = (place.original(name, this) as Method).apply(this, args) as Entrance<unknown>;
    const request = requestOf(this, name, wrapper);
    if (request === undefined) return found;
    request.verb = 'acquireAll';
    request.read('permits', found.permits);
    // `map` passes all its terms, and asks for one hold. A request for several has terms of its own.
    if (Object.hasOwn(Object(args[0]), 'priority')) return new Asking().enter(found, request);
    several ??= new Asking();
    return several.enter(found, request);
  };

/** What is asked for, and granted, at once: a hold for `map`, or those of several locks. */
class Asking {
  readonly #parts: Map<Line, Part> = new Map();
  readonly #requests: Request[] = [];
  #entered = 0;
  #hasFunction = false;

  enter(found: Entrance<unknown>, request: Request): Entrance<unknown> {
    this.#entered++;
    return {
      ...found,
      line: this.#partIn(found.line, request).line,
      wrap: (fn) => this.#wrap(fn),
      prepare() {
        several = undefined;
        found.prepare?.();
      },
      leave: () => {
        this.#leave();
        found.leave?.();
      },
    };
  }

  // If it enters a lock twice, both lines must be the same. Then the last request counts.
  #partIn(line: Line, request: Request): Part {
    const known = this.#parts.get(line);
    if (known !== undefined) {
      known.request.permits = request.permits;
      end(request);
      return known;
    }
    const part = partOf(line, request);
    this.#parts.set(line, part);
    this.#requests.push(request);
    request.parts = this.#requests;
    return part;
  }

  // What it holds is for a function, which is a sandbox under all of that. Each lock asks for that.
  #wrap<Fn>(fn: Fn): Fn {
    if (this.#hasFunction) return fn;
    this.#hasFunction = true;
    for (const request of this.#requests) if (request.verb === 'acquireAll') request.verb = 'sandboxAll';
    return inSandbox(this.#requests, fn);
  }

  // An entrance that another one replaces leaves earlier.
  #leave(): void {
    this.#entered--;
    if (this.#entered > 0) return;
    several = undefined;
    for (const { request, settle } of this.#parts.values()) if (request.stage === ASKED) settle();
  }
}

/** Puts a line in front of the line: what enters through it is observed, all else is not. */
function partOf(line: Line, request: Request): Part {
  // A request for several locks gives back what it has taken, unless it takes all.
  let hasTaken = false;
  const settle = (): void => {
    if (hasTaken) hold(request);
    else end(request);
  };
  const take: Step = (call) => {
    hasTaken = call() === true;
    return hasTaken;
  };
  const steps: Record<PropertyKey, Step> = {
    // `map` and `stream` call these.
    ask(call, _request: unknown, { priority }: { priority: number }, { name }: { name: string }) {
      request.verb = name;
      request.priority = priority;
      const outcome = call();
      if (outcome !== undefined) hold(request);
      return outcome;
    },
    join(call, waiter: Followed) {
      follow(
        waiter,
        () => hold(request),
        () => end(request),
      );
      call();
      wait(request);
    },
    giveBack(call) {
      end(request);
      return call();
    },
    // A request for several locks calls these.
    admitNow: take,
    take,
    untake(call) {
      hasTaken = false;
      if (request.stage === HOLDING) end(request);
      call();
    },
    add(call, part: Followed, priority: number) {
      request.priority = priority;
      // Of a request that is granted, one part is granted and the others give up.
      follow(part, settle, settle);
      call();
      wait(request);
    },
  };
  const observed = new Proxy(line, {
    get(target, name) {
      // The line itself is `this`: it has private members.
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: never[]): unknown => {
        const call = (): unknown => (member as Method).apply(target, args);
        const step = steps[name];
        return step === undefined ? call() : step(call, ...args);
      };
    },
  });
  return { request, line: observed, settle };
}

/** The waiter of `map`, which joins again and again, or a part of a request for several locks. */
interface Followed {
  grant?: Method;
  giveUp?: Method;
}

/** Hears of the end of a wait before the waiter does. */
function follow(waiter: Followed, onGrant: () => void, onGiveUp: () => void): void {
  const around = (listen: () => void, member: Method | undefined): Method =>
    function (this: unknown, outcome: unknown): unknown {
      delete waiter.grant;
      delete waiter.giveUp;
      listen();
      return member?.call(this, outcome);
    };
  waiter.grant = around(onGrant, waiter.grant);
  waiter.giveUp = around(onGiveUp, waiter.giveUp);
}
