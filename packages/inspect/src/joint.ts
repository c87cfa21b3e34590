import type { Entrance } from '@valvekit/core/line';
import { inTask } from './call.ts';
import { HOLDING, type Request } from './graph.ts';
import { end, forget, hold, wait } from './ledger.ts';
import { type Line, observe } from './observed-line.ts';
import { newTask } from './task.ts';

/** The part of a joint request in one of its lines. */
interface Part {
  request: Request;
  readonly line: Line;
  hasTaken: boolean;
  waiter: { readonly isQueued: boolean } | undefined;
}

// The joint request that is entering its locks, one after the other.
let entering: Joint | undefined;

/**
 * A request for several locks. It is granted when it has taken all of them; what it takes before that it gives back
 * immediately.
 */
export class Joint {
  readonly #parts: Map<Line, Part> = new Map();
  #requests: readonly Request[] = [];
  #entered = 0;
  #hasFunction = false;

  /** It enters a lock. Both lines must be the same if it enters a lock twice; then the last request counts. */
  static enter(entrance: Entrance<unknown>, request: Request): Entrance<unknown> {
    entering ??= new Joint();
    const joint = entering;
    joint.#entered++;
    return {
      ...entrance,
      line: joint.#lineFor(entrance.line, request),
      wrap: (fn) => joint.#wrap(fn),
      prepare() {
        joint.#close();
        entrance.prepare?.();
      },
      leave() {
        joint.#entered--;
        // An entrance that another one replaces leaves earlier.
        if (joint.#entered === 0) {
          joint.#close();
          joint.#settle(true);
        }
        entrance.leave?.();
      },
    };
  }

  #lineFor(line: Line, request: Request): Line {
    const known = this.#parts.get(line);
    if (known !== undefined) {
      forget(known.request);
      known.request = request;
      return known.line;
    }
    const taken = (isTaken: unknown): void => {
      part.hasTaken = isTaken === true;
    };
    const settle = { after: () => this.#settle(part.waiter !== undefined) };
    const observed = observe(line, {
      admitNow: { after: taken },
      take: { after: taken },
      untake: { before: () => this.#giveBack(part) },
      add: {
        after: (_, waiter, priority) => {
          for (const each of this.#requests) each.read('priority', priority);
          part.waiter = waiter as Part['waiter'];
          this.#settle(false);
        },
      },
      remove: settle,
      drain: settle,
    });
    const part: Part = { request, line: observed, hasTaken: false, waiter: undefined };
    this.#parts.set(line, part);
    return observed;
  }

  /** Its locks are for a function, which is a sandbox under all of them. Each lock asks for that. */
  #wrap<Fn>(fn: Fn): Fn {
    if (this.#hasFunction) return fn;
    this.#hasFunction = true;
    const task = newTask();
    for (const { request } of this.#parts.values()) {
      request.asked = { ...request.asked, verb: 'sandboxAll', isSandbox: true, task };
    }
    return inTask(task, fn);
  }

  /** It has entered all its locks. */
  #close(): void {
    entering = undefined;
    if (this.#requests.length > 0) return;
    this.#requests = Array.from(this.#parts.values(), ({ request }) => request);
    for (const request of this.#requests) request.parts = this.#requests;
  }

  /** Looks what has become of it. */
  #settle(isDecided: boolean): void {
    let hasAll = true;
    let isQueued = false;
    for (const { hasTaken, waiter } of this.#parts.values()) {
      hasAll &&= hasTaken;
      isQueued ||= waiter?.isQueued === true;
    }
    if (hasAll) this.#requests.forEach(hold);
    else if (isQueued) this.#requests.forEach(wait);
    else if (isDecided) this.#requests.forEach(end);
  }

  #giveBack(part: Part): void {
    part.hasTaken = false;
    if (part.request.stage === HOLDING) this.#requests.forEach(end);
  }
}
