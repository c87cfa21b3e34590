import type { Guard, Lockable, WaitOptions } from '@valvekit/core';
import {
  type AskingVerb,
  acquire,
  type Entrance,
  entrance,
  type GuardVerb,
  Hold,
  type LockLine,
  sandbox,
  tryAcquire,
  verb,
  type WaiterQueue,
} from '@valvekit/core/line';
import { UpgradableHold, WriteHold } from './guards.ts';
import type { Request } from './request.ts';

type Verb = AskingVerb<unknown, Request, WaitOptions>;
type GuardClass<G extends Guard> = new (line: LockLine<Request>, request: Request) => G;

/** The verbs of one way to hold a read/write lock. */
export interface SideVerbs<G extends Guard> {
  /** What they ask for. */
  readonly request: Request;
  readonly lock: Verb;
  readonly acquire: GuardVerb<unknown, Request, WaitOptions, G>;
  readonly sandbox: Verb;
}

/** One way to hold a read/write lock: to read, to write, or to read and perhaps write later. */
export class Side<G extends Guard> implements Lockable<G> {
  readonly #line: WaiterQueue<Request>;
  readonly #verbs: SideVerbs<G>;

  constructor(line: WaiterQueue<Request>, verbs: SideVerbs<G>) {
    this.#line = line;
    this.#verbs = verbs;
  }

  acquire(options?: WaitOptions): Promise<G> {
    return acquire(this.#line, this.#verbs.acquire, this, options);
  }

  tryAcquire(): G | undefined {
    return tryAcquire(this.#line, this.#verbs.acquire, this.#verbs.request);
  }

  sandbox<R>(fn: () => R, options?: WaitOptions): Promise<Awaited<R>> {
    return sandbox(this.#line, this.#verbs.sandbox, this, fn, options);
  }

  /** @internal */
  [entrance](): Entrance<Request> {
    return { line: this.#line, request: this.#verbs.request, verb: this.#verbs.sandbox };
  }

  // As guards have one.
  get [Symbol.toStringTag](): string {
    return 'ReadWriteLock side';
  }
}

function verbs<G extends Guard>(side: Request, rank: number, Guard: GuardClass<G>): SideVerbs<G> {
  const request = (): Request => side;
  return {
    request: side,
    lock: verb(`${side}Lock`, request, true, rank),
    acquire: { ...verb(`${side}.acquire`, request, false, rank), Guard },
    sandbox: verb(`${side}.sandbox`, request, false, rank),
  };
}

export const READ: SideVerbs<Guard> = /* @__PURE__ */ verbs<Guard>('read', 0, Hold);
/** Readers that go before every writer: the policy `'readers'`. */
export const READ_FIRST: SideVerbs<Guard> = /* @__PURE__ */ verbs<Guard>('read', 1, Hold);
export const WRITE: SideVerbs<WriteHold> = /* @__PURE__ */ verbs('write', 0, WriteHold);
export const UPGRADABLE: SideVerbs<UpgradableHold> = /* @__PURE__ */ verbs('upgradable', 0, UpgradableHold);
