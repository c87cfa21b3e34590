import { append, isAlone, Link, unlink } from '@valvekit/core/line';
import type { Settings } from './settings.ts';
import { settingsOf } from './wrapping.ts';

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
  // Those that the constructor sets are declared alone.
  declare readonly lock: WatchedLock;
  /** The method, as reports call it. */
  declare verb: string;
  /** The side of a read/write lock, as in `read.`; else empty. */
  declare side: string;
  declare task: Task | undefined;
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
  declare timer: ReturnType<typeof setTimeout> | undefined;

  constructor(lock: WatchedLock, verb: string, side: string, task?: Task, stack?: string) {
    super();
    this.lock = lock;
    this.verb = verb;
    this.side = side;
    this.task = task;
    this.stack = stack;
    lock.use();
  }

  /** How much of the lock it takes: its permits, or what its side of a read/write lock takes. */
  get weight(): number {
    return WEIGHTS[this.side] ?? this.permits;
  }
}

/** A ring of the requests of one priority that wait: the head of a `Set` is not found in O(1). */
class Lane extends Link {
  declare readonly priority: number;

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
  declare readonly number: number;
  /** The requests that wait in here, at any depth. All of them have to end before this can. */
  declare waits: Set<Request> | undefined;
  /** Whether the sandbox has ended. */
  isOver = false;
  #parent: Task | undefined;
  /** Whether a sandbox in here has the number. */
  #isContinued = false;

  constructor(parent: Task | undefined) {
    this.#parent = parent;
    this.number = parent === undefined || parent.#isContinued ? ++tasks : parent.number;
    if (parent !== undefined) parent.#isContinued = true;
  }

  /** This one, or the innermost one around it that still runs. */
  get running(): Task | undefined {
    return this.isOver ? this.parent : this;
  }

  /** The innermost one around it that still runs. What has ended is forgotten: a loop can start each round in the last one. */
  get parent(): Task | undefined {
    this.#parent = this.#parent?.running;
    return this.#parent;
  }

  /** The sandbox has ended. It has not awaited what still waits in here, nor what starts later. */
  end(): void {
    const { number, parent } = this;
    this.isOver = true;
    this.waits = undefined;
    // The next one may go on with its number.
    if (parent?.number === number) parent.#isContinued = false;
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
}

// The locks that somebody uses.
const busy = new Link();

// A lock that has been collected leaves no entry, but what is lost or slow of it is reported.
const gone = /* @__PURE__ */ new FinalizationRegistry<Link>(unlink);

/** All requests that wait or hold, lock by lock, the holds first. */
export function allRequests(): Request[] {
  return [...membersOf<WatchedLock>(busy)].flatMap((lock) => lock.requests);
}

/** A lock as it is watched: who holds it, and who waits. It does not keep the lock itself. */
export class WatchedLock extends Link {
  name = '';
  /** Those of the last request. The name is from there. */
  declare lastSettings: Settings | undefined;
  /** How much can be held, if the lock itself does not say. */
  declare limit: number | undefined;
  /** The sum of the permits that are held. */
  permits = 0;
  /** What was held before it was watched. */
  declare before: Request | undefined;
  // A ring, as the lanes: a `Set` that something enters and leaves again and again makes a new table every few times.
  readonly #holds: Link = new Link();
  // Those in which somebody waits, the lowest priority first.
  readonly #lanes: Lane[] = [];
  readonly #home: WeakRef<object>;
  readonly #onIdle: (() => void) | undefined;
  #uses = 0;

  /**
   * @param home - what is watched: the lock, or the family that it is from
   * @param onIdle - called when no request uses it any more
   */
  constructor(home: object, onIdle?: () => void) {
    super();
    this.#home = new WeakRef(home);
    this.#onIdle = onIdle;
    // A family outlives the locks of its keys, which would pile up here.
    if (onIdle === undefined) gone.register(home, this);
  }

  /** The lock or its family, or nothing of it once it has been collected. */
  get object(): LockState {
    return this.#home.deref() ?? {};
  }

  /** The settings of the newest watch. Undefined once all are undone. */
  get settings(): Settings | undefined {
    return this.lastSettings?.isOver ? settingsOf(this.object) : this.lastSettings;
  }

  /** What is neither told nor known to be one is no limit, so that nothing seems to be stuck that may be granted. */
  get capacity(): number {
    const { limit, object } = this;
    return limit ?? object.capacity ?? (object.isLocked === undefined || object.read ? ALL : 1);
  }

  /** How many permits are held that no entry stands for: fewer than none, if some have been released unseen. */
  get unseen(): number {
    // What is no number says nothing.
    const { available, capacity = Number.NaN, readers, isLocked, isWriteLocked } = this.object;
    const held = available === undefined ? readers || Number(isWriteLocked ?? isLocked) : capacity - available;
    return held - this.permits;
  }

  /** The requests that hold it, the oldest first. */
  get holds(): Iterable<Request> {
    return membersOf(this.#holds);
  }

  /** Those that wait or hold, unless it has been collected. */
  get requests(): Request[] {
    if (this.#home.deref() === undefined) return [];
    return [this.#holds, ...this.#lanes].flatMap((ring) => [...membersOf<Request>(ring)]);
  }

  /** The wait that goes first. No other one ends before it. */
  get head(): Request | undefined {
    return this.#lanes.at(-1)?.next as Request | undefined;
  }

  join(wait: Request): void {
    const { priority } = wait;
    const below = this.#lanes.filter((lane) => lane.priority < priority).length;
    if (this.#lanes[below]?.priority !== priority) this.#lanes.splice(below, 0, new Lane(priority));
    append(this.#lanes[below] as Lane, wait);
  }

  leave(wait: Request): void {
    const { next } = wait;
    unlink(wait);
    // What is alone now is the lane.
    if (isAlone(next)) this.#lanes.splice(this.#lanes.indexOf(next as Lane), 1);
  }

  take(hold: Request): void {
    append(this.#holds, hold);
    this.permits += hold.permits;
  }

  giveBack(hold: Request): void {
    if (isAlone(hold)) return;
    unlink(hold);
    this.permits -= hold.permits;
  }

  /** Changes how many permits a hold is for. */
  change(hold: Request, permits: number): void {
    this.giveBack(hold);
    hold.permits = permits;
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
