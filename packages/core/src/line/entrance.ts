import type { PermitOptions } from '../contract/options.ts';
import type { Verb } from './verb.ts';
import type { WaiterQueue } from './waiter-queue.ts';

/** The member through which `map`, `stream` and `acquireAll` enter a lock of this thread, past its methods. */
export const entrance: unique symbol = /* @__PURE__ */ Symbol() as never;

/** Where to ask, and for what. */
export interface Entrance<Request> {
  readonly line: WaiterQueue<Request>;
  readonly request: Request;
  /** How many permits the request is for, if the lock has permits. */
  readonly permits?: number;
  /** The verb of the lock's scoped layer. */
  readonly verb: Verb;
  /** To be called before each request that is not refused for its arguments or its signal. Tells nobody anything yet. */
  prepare?(): void;
  /** What a tool that watches the lock puts around each user's function that runs under the hold. */
  wrap?<Fn extends (...args: never[]) => unknown>(fn: Fn): Fn;
  /** To be called once the requests have been answered, or wait: a lock that nobody uses can go then. */
  leave?(): void;
}

/** A lock of this thread that stands on the line. */
export interface Enterable<Request = unknown> {
  /**
   * @param list - stands for the list of locks that this one is entered for, if there is one, for tools that watch the lock
   * @throws the error of a bad argument
   */
  [entrance](options?: PermitOptions, list?: object): Entrance<Request>;
}
