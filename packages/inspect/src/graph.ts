import { append, isAlone, Link, unlink } from '@valvekit/core/line';
import { settingsOf } from './place.ts';
import type { Settings } from './settings.ts';

// Who waits for whom: a request waits for the holds of its lock, a hold for its task, and a task for the requests in it.

/** `asked`: it may have been granted, but nobody has been told. */
export type Stage = 'asked' | 'wait' | 'hold' | 'over';

/** What a writer takes of a read/write lock. A reader takes one. */
export const ALL: number = 2 ** 40;

/** What the sides of a read/write lock take. No two upgradable holds fit, and one leaves just what an upgrade needs. */
const WEIGHTS: Record<string, number> = { 'read.': 1, 'write.': ALL, 'upgradable.': ALL / 2 + 1, upgrade: ALL / 2 - 1 };

/** The priorities of those who go before all others: of readers, if the lock puts them first, and of upgrades. */
export const READERS_FIRST: number = Number.MAX_VALUE;
export const UPGRADE_FIRST: number = Infinity;

let made = 0;

/**
 * One request for a lock, from the call to the end of the hold.
 *
 * It keeps neither the lock nor a guard nor a user's function, because it may outlive them.
 */
export class Request extends Link {
  readonly lock: WatchedLock;
  /** The method, as reports call it. */
  verb: string;
  /** The side of a read/write lock, as in `read.`; else empty. */
  side: string;
  task: Task | undefined;
  permits = 1;
  priority = 0;
  /** Later requests have higher ones. */
  readonly number: number = made++;
  stage: Stage = 'asked';
  /** When the wait or the hold began, by `performance.now()`. */
  start: number = performance.now();
  /** Whether a bare verb releases it. */
  declare isBare: boolean | undefined;
  /** Whether the task was made for this request, and ends with it. */
  declare isSandbox: boolean | undefined;
  /** Whether a deadlock that it is part of has been reported. */
  declare isReported: boolean | undefined;
  /** The lines of code that asked. */
  declare stack: string | undefined;
  /** The requests that are granted together with this one, itself included; undefined if it is alone. */
  declare together: readonly Request[] | undefined;
  /** Whether its line has granted it, which counts once all that are granted together are. */
  declare hasTaken: boolean | undefined;
  declare timer: ReturnType<typeof setTimeout> | undefined;
  /** Where it waits. */
  declare lane: Lane | undefined;

  constructor(lock: WatchedLock, verb: string, side: string, task: Task | undefined) {
    super();
    this.lock = lock;
    this.verb = verb;
    this.side = side;
    this.task = task;
    lock.use();
  }

  /** A request for what becomes of this one. */
  follow(verb: string, side: string, stack: string | undefined): Request {
    const request = new Request(this.lock, verb, side, this.task);
    request.permits = this.permits;
    request.stack = stack;
    return request;
  }

  /** How much of the lock it takes: its permits, or what its side of a read/write lock takes. */
  get weight(): number {
    return WEIGHTS[this.side] ?? this.permits;
  }

  /** All that are granted together, itself included. */
  get parts(): readonly Request[] {
    return this.together ?? [this];
  }

  /** The one that stands for all of them. */
  get first(): Request {
    return this.together?.[0] ?? this;
  }
}

/** The requests of one priority that wait, in order of arrival: the head of a `Set` is not found in O(1). */
class Lane extends Link {
  readonly priority: number;
  readonly line: Link = new Link();

  constructor(priority: number) {
    super();
    this.priority = priority;
  }
}

let tasks = 0;

/**
 * One sandbox: what runs in it, and in the sandboxes that it starts. A chain of them has one number, which reports show;
 * a sandbox that starts while a sibling runs begins a chain of its own.
 */
export class Task {
  readonly number: number;
  /** The requests that wait in here, at any depth. All of them have to end before this can. */
  declare waits: Set<Request> | undefined;
  /** Whether the function of the sandbox has ended. */
  isOver = false;
  #parent: Task | undefined;
  // The number, while no sandbox in here has it.
  #free: number | undefined;

  constructor(parent: Task | undefined) {
    this.#parent = parent;
    this.number = this.parent?.take() ?? ++tasks;
    this.#free = this.number;
  }

  /** The innermost one around it that still runs. What has ended is forgotten: a loop can start each round in the last one. */
  get parent(): Task | undefined {
    while (this.#parent?.isOver) this.#parent = this.#parent.#parent;
    return this.#parent;
  }

  take(): number | undefined {
    const number = this.#free;
    this.#free = undefined;
    return number;
  }

  /** The request for the sandbox is over: the next one may go on with its number. */
  end(): void {
    const { number, parent } = this;
    if (parent?.number === number) parent.#free = number;
  }

  /** The function of the sandbox has ended. It has not awaited what still waits in here, nor what starts later. */
  close(): void {
    this.isOver = true;
    this.waits = undefined;
  }
}

/** What locks show of themselves. */
export interface LockState {
  readonly capacity?: number;
  readonly available?: number;
  readonly waiting?: number;
  readonly readers?: number;
  readonly isLocked?: unknown;
  readonly isWriteLocked?: boolean;
  readonly read?: object;
  readonly write?: object;
  readonly upgradable?: object;
}

// The locks that somebody uses.
const busy = new Link();

// A lock that has been collected leaves no entry, but what is lost or slow of it is reported.
const gone = /* @__PURE__ */ new FinalizationRegistry<Link>(unlink);

/** All requests that wait or hold, lock by lock, the holds first. */
export function allRequests(): Request[] {
  return [...membersOf<WatchedLock>(busy)].flatMap((lock) => (lock.object ? lock.requests : []));
}

/** A lock as it is watched: who holds it, and who waits. It does not keep the lock itself. */
export class WatchedLock extends Link {
  name = '';
  /** The settings that the name is from. */
  declare namedBy: Settings | undefined;
  /** How much can be held, if the lock itself does not say. */
  declare limit: number | undefined;
  /** The sum of the weights of the holds. */
  held = 0;
  /** The sum of their permits. */
  permits = 0;
  /** What was held before it was watched. */
  declare before: Request | undefined;
  // A ring, as the lanes: a `Set` that something enters and leaves again and again makes a new table every few times.
  readonly #holds: Link = new Link();
  readonly #home: WeakRef<object>;
  readonly #onIdle: (() => void) | undefined;
  #uses = 0;
  #settings: Settings | undefined;
  // The lowest priority first.
  readonly #lanes: Link = new Link();

  /**
   * @param home - what is watched: the lock, or the family that it is from
   * @param onIdle - called when no request uses it any more
   */
  constructor(home: object, onIdle: (() => void) | undefined) {
    super();
    this.#home = new WeakRef(home);
    this.#onIdle = onIdle;
    // A family outlives the locks of its keys, which would pile up here.
    if (onIdle === undefined) gone.register(home, this);
  }

  /** The lock or its family, unless it has been collected. */
  get object(): LockState | undefined {
    return this.#home.deref();
  }

  /** The settings of the newest watch of the lock, else of one of its sides. Undefined once all are undone. */
  get settings(): Settings | undefined {
    if (this.#settings?.isOver) {
      const { object } = this;
      const { read, write, upgradable } = object ?? ({} as LockState);
      this.#settings = [object, read, write, upgradable].map(settingsOf).find(Boolean);
    }
    return this.#settings;
  }

  set settings(settings: Settings) {
    this.#settings = settings;
  }

  /** What is neither told nor known to be one is no limit, so that nothing seems to be stuck that may be granted. */
  get capacity(): number {
    const { limit, object } = this;
    const isMutex = object !== undefined && 'isLocked' in object && !('read' in object);
    return limit ?? object?.capacity ?? (isMutex ? 1 : ALL);
  }

  /** How many permits are held that no entry stands for: fewer than none, if some have been released unseen. */
  get unseen(): number {
    // What is no number says nothing.
    const { available, capacity = Number.NaN, readers, isLocked, isWriteLocked } = this.object ?? ({} as LockState);
    const held = available === undefined ? readers || Number(isWriteLocked ?? isLocked) : capacity - available;
    return held - this.permits;
  }

  /** The requests that hold it, the oldest first. */
  get holds(): Iterable<Request> {
    return membersOf(this.#holds);
  }

  /** Those that wait or hold. */
  get requests(): Request[] {
    const lines = [...membersOf<Lane>(this.#lanes)].map(({ line }) => line);
    return [this.#holds, ...lines].flatMap((ring) => [...membersOf<Request>(ring)]);
  }

  /** The first request of each lane. */
  get heads(): Request[] {
    return [...membersOf<Lane>(this.#lanes)].map(({ line }) => line.next as Request);
  }

  /** The nearest head that another request cannot overtake, if there is one. What is ahead of that one is so of both. */
  ahead({ first, lane }: Request): Request[] {
    for (let link: Link | undefined = lane; link instanceof Lane; link = link.next) {
      const head = link.line.next as Request;
      if (head.first !== first) return [head];
    }
    return [];
  }

  join(request: Request): void {
    const { priority } = request;
    // The ring itself has no priority, which ends the search.
    let lane = this.#lanes.next as Lane;
    while (lane.priority < priority) lane = lane.next as Lane;
    if (lane.priority !== priority) {
      const next = lane;
      lane = new Lane(priority);
      append(next, lane);
    }
    request.lane = lane;
    append(lane.line, request);
  }

  /** Ends a wait, and returns the one that is the head of its lane now, if that is another one than before. */
  leave(request: Request): Request | undefined {
    const lane = request.lane as Lane;
    const { next } = lane.line;
    request.lane = undefined;
    unlink(request);
    if (isAlone(lane.line)) unlink(lane);
    else if (next === request) return lane.line.next as Request;
    return undefined;
  }

  take(request: Request): void {
    append(this.#holds, request);
    this.held += request.weight;
    this.permits += request.permits;
  }

  giveBack(request: Request): void {
    if (isAlone(request)) return;
    unlink(request);
    this.held -= request.weight;
    this.permits -= request.permits;
  }

  /** Changes what a hold is for. */
  change(hold: Request, change: Partial<Pick<Request, 'permits' | 'side'>>): void {
    this.giveBack(hold);
    Object.assign(hold, change);
    this.take(hold);
  }

  /** A request begins. */
  use(): void {
    if (this.#uses === 0) append(busy, this);
    this.#uses++;
  }

  /** A request is over. */
  endUse(): void {
    this.#uses--;
    if (this.#uses > 0) return;
    unlink(this);
    this.#onIdle?.();
  }
}

// The one that it has come to may leave in the meantime.
function* membersOf<Member extends Link>(ring: Link): Iterable<Member> {
  for (let link = ring.next; link !== ring; ) {
    const { next } = link;
    yield link as Member;
    link = next;
  }
}
