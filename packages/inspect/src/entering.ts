import type { Entrance, Terms, Verb } from '@valvekit/core/line';
import { requestOf, sandboxed } from './asking.ts';
import { READERS_FIRST, type Request } from './graph.ts';
import { end, hold, wait } from './ledger.ts';
import type { Around, Call } from './place.ts';
import { isFunction, isObject } from './settings.ts';
import { callUser } from './task.ts';

type Line = Entrance<unknown>['line'];

/** What happens around a method of a line. */
type Step = (call: () => unknown, ...args: never[]) => unknown;

/** What waits in a line: the request for several locks in one of its lines, or `map`. */
interface Waiting {
  grant(hold: unknown): void;
  giveUp(reason: unknown): void;
  /** Goes on, once it has been granted. */
  run(): void;
}

/** What asks for one lock, however often it has entered that. */
interface Asked {
  readonly request: Request;
  /** The line, observed. */
  readonly line: Line;
  /** The entrances that have not left. */
  entrances: number;
}

// The lines of code that called `map`: those that it asks from later are none of the user's.
const stacks = new WeakMap<object, string>();

// What is entering several locks, by its list. Reading a list runs user code, which may enter other locks.
const askings = new WeakMap<object, Asking>();

/** The member through which `map`, `stream` and `acquireAll` enter a lock, past its methods. */
export const entering: Around = (call) => {
  const found = call.run() as Entrance<unknown>;
  const request = requestOf(call);
  if (request === undefined) return found;
  request.verb = 'acquireAll';
  request.permits = found.permits ?? 1;
  keepStack(request, call.args[0]);
  const list = call.args[1] as object | undefined;
  const asking = (list && askings.get(list)) ?? new Asking();
  // `map` and `stream` have no list.
  if (list !== undefined) askings.set(list, asking);
  return asking.enter(found, request, call);
};

/** What is asked for, and granted, at once: the holds of several locks, or one for the next call of `map`. */
class Asking {
  readonly #asked: Map<Line, Asked> = new Map();
  readonly #requests: Request[] = [];
  #isRun = false;
  #hasFunction = false;

  enter(found: Entrance<unknown>, request: Request, call: Call): Entrance<unknown> {
    const { line } = found;
    const known = this.#asked.get(line);
    const asked = known ?? { request, line: this.#observe(line, request), entrances: 0 };
    asked.entrances++;
    if (known === undefined) {
      this.#asked.set(line, asked);
      this.#requests.push(request);
      request.together = this.#requests;
    } else {
      // It enters a lock twice, which is one request for it: the last one counts.
      known.request.permits = request.permits;
      end(request);
    }
    return {
      ...found,
      line: asked.line,
      wrap: (fn) => this.#wrap(fn, call),
      leave: () => {
        asked.entrances--;
        if (asked.entrances === 0) this.#leave(line, asked);
        found.leave?.();
      },
    };
  }

  // A run asks for this when it has been granted a hold, and has left; a request for several when it begins.
  #wrap<Fn>(fn: Fn, call: Call): Fn {
    if (this.#isRun) {
      const [{ verb, permits, stack }] = this.#requests as [Request];
      const held = requestOf(call);
      return held === undefined ? fn : sandboxed([Object.assign(held, { verb, permits, stack })], fn);
    }
    // A request for several has one function. Each of its locks asks for that.
    if (this.#hasFunction) return fn;
    this.#hasFunction = true;
    for (const request of this.#requests) request.verb = 'sandboxAll';
    return sandboxed(this.#requests, fn);
  }

  #leave(line: Line, { request }: Asked): void {
    if (request.stage !== 'asked') return;
    if (this.#isRun) {
      end(request);
      return;
    }
    settle(request);
    if (request.hasTaken) return;
    // It may have left because a view that is not watched enters the same lock.
    this.#asked.delete(line);
    this.#requests.splice(this.#requests.indexOf(request), 1);
  }

  /** Puts a line in front of the line: what enters through it is observed, all else is not. */
  #observe(line: Line, request: Request): Line {
    const take: Step = (call) => {
      request.hasTaken = call() === true;
      return request.hasTaken;
    };
    const steps: Record<PropertyKey, Step> = {
      // `map` and `stream` call this.
      ask: (call, _request: unknown, { priority }: Terms, { name, rank }: Verb) => {
        this.#isRun = true;
        request.verb = name;
        request.priority = rank > 0 ? READERS_FIRST : priority;
        const outcome = call();
        if (outcome === undefined) wait(request);
        return outcome;
      },
      join(call, waiter: Waiting) {
        // A bare verb of the same lock may grant it. What it goes on with then is not part of that call.
        const { run } = waiter;
        if (!Object.hasOwn(waiter, 'run')) waiter.run = () => callUser(undefined, () => run.call(waiter));
        whenAnswered(waiter, () => end(request));
        call();
      },
      // A request for several locks calls these. It gives back what it has taken, unless it takes all.
      admitNow: take,
      take,
      untake(call) {
        request.hasTaken = false;
        if (request.stage === 'hold') end(request);
        call();
      },
      add(call, part: Waiting, priority: number) {
        request.priority = priority;
        // Of a request that is granted, one part is granted and the others give up.
        whenAnswered(part, () => settle(request));
        call();
        wait(request);
      },
    };
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
}

/** Keeps the first stack of a wish: `map` has one for all its items. */
function keepStack(request: Request, wish: unknown): void {
  if (request.stack === undefined || !isObject(wish)) return;
  request.stack = stacks.get(wish) ?? request.stack;
  stacks.set(wish, request.stack);
}

/** Hears that a waiter is granted or gives up, before it does that. It may join again, so it is as it was by then. */
function whenAnswered(waiter: Waiting, answered: () => void): void {
  const { grant, giveUp } = waiter;
  const hear = (): void => {
    Object.assign(waiter, { grant, giveUp });
    answered();
  };
  waiter.grant = (hold) => {
    hear();
    waiter.grant(hold);
  };
  waiter.giveUp = (reason) => {
    hear();
    waiter.giveUp(reason);
  };
}

/** Looks what has become of a request in a line. */
function settle(request: Request): void {
  (request.hasTaken ? hold : end)(request);
}
