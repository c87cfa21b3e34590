import { append, isAlone, Link, unlink } from '@valvekit/core/line';
import { settingsOf } from './place.ts';
import type { Settings } from './settings.ts';

// Who waits for whom: a request waits for the holds of its lock, a hold for its task, and a task for the requests in it.

// The stages of a request.
export const ASKED = 0; // it may have been granted, but nobody has been told
export const WAITING = 1;
export const HOLDING = 2;
export const OVER = 3;

/** What a writer takes of a read/write lock. A reader takes one. */
export const ALL: number = 2 ** 40;

/** What the sides of a read/write lock take. No two upgradable holds fit, and one leaves just what an upgrade needs. */
const WEIGHTS: Record<string, number> = { 'read.': 1, 'write.': ALL, 'upgradable.': ALL / 2 + 1, upgrade: ALL / 2 - 1 };

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
  /** Whether a bare verb releases it. */
  isBare = false;
  /** Whether the task was made for this request, and ends with it. */
  isSandbox = false;
  /** The lines of code that asked. */
  declare stack: string | undefined;
  permits = 1;
  priority = 0;
  /** Whether it waits if it is not granted immediately. */
  mayWait = true;
  /** The requests that are granted together with this one, itself included. */
  parts: readonly Request[] = [this];
  stage: number = ASKED;
  /** When the wait or the hold began, by `performance.now()`. */
  start: number = performance.now();
  declare since: Date | undefined;
  declare timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether a deadlock that it is part of has been reported. */
  isReported = false;

  constructor(lock: WatchedLock, verb: string, side: string, task: Task | undefined) {
    super();
    this.lock = lock;
    this.verb = verb;
    this.side = side;
    this.task = task;
    lock.use();
  }

  /** Hears of an option. Whether it is right is for the lock to tell. */
  read(option: unknown, value: unknown): void {
    if (option === 'permits' && Number.isSafeInteger(value)) this.permits = value as number;
    else if (option === 'priority' && typeof value === 'number') this.priority = value;
    else if (option === 'timeout' && typeof value === 'number' && value <= 0) this.mayWait = false;
    else if (option === 'signal' && (value as Partial<AbortSignal> | null | undefined)?.aborted) this.mayWait = false;
  }

  /** How much of the lock it takes: its permits, or what its side of a read/write lock takes. */
  get weight(): number {
    return WEIGHTS[this.side] ?? this.permits;
  }

  /** The one that stands for all that are granted together. */
  get first(): Request {
    return this.parts[0] as Request;
  }
}

let tasks = 0;

/**
 * One sandbox: what runs in it, and in the sandboxes that it starts. A chain of them has one number, which reports show;
 * a sandbox that starts while a sibling runs begins a chain of its own.
 */
export class Task {
  readonly parent: Task | undefined;
  readonly number: number;
  /** The requests that wait in here, at any depth. All of them have to end before this can. */
  declare waits: Set<Request> | undefined;
  #heir: Task | undefined;

  constructor(parent: Task | undefined) {
    this.parent = parent;
    if (parent === undefined || parent.#heir !== undefined) {
      tasks++;
      this.number = tasks;
    } else {
      parent.#heir = this;
      this.number = parent.number;
    }
  }

  /** The sandbox is over: the next one may go on with its number. */
  end(): void {
    const { parent } = this;
    if (parent !== undefined && parent.#heir === this) parent.#heir = undefined;
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
}

/** A lock as it is watched: who holds it, and who waits. It does not keep the lock itself. */
export class WatchedLock {
  name = '';
  /** How much can be held, if the lock itself does not say. */
  declare limit: number | undefined;
  readonly holds: Set<Request> = new Set();
  /** The sum of the weights of the holds. */
  held = 0;
  /** The sum of their permits. */
  permits = 0;
  /** What was held before it was watched. */
  declare before: Request | undefined;
  readonly #home: WeakRef<object>;
  readonly #onIdle: (() => void) | undefined;
  #uses = 0;
  #settings: Settings | undefined;
  /** The requests that wait, by their priorities, each in a ring in order of arrival. The head of a `Set` is not found in O(1). */
  readonly #lanes: Map<number, Link> = new Map();
  // The most that was ever held: all that is known of the capacity of some locks.
  #most = 1;

  /**
   * @param home - what is watched: the lock, or the family that it is from
   * @param onIdle - called when no request uses it any more
   */
  constructor(home: WeakRef<object>, onIdle: (() => void) | undefined) {
    this.#home = home;
    this.#onIdle = onIdle;
  }

  /** The lock or its family, unless it has been collected. */
  get object(): LockState | undefined {
    return this.#home.deref();
  }

  /** The settings of the newest watch. Undefined once all are undone. */
  get settings(): Settings | undefined {
    if (this.#settings?.isOver) this.#settings = settingsOf(this.object);
    return this.#settings;
  }

  set settings(settings: Settings) {
    this.#settings = settings;
  }

  get capacity(): number {
    return this.limit ?? this.object?.capacity ?? this.#most;
  }

  /** The requests that another cannot overtake: the head of each lane, unless it is that one or behind it. */
  *ahead(request: Request): Iterable<Request> {
    for (const [priority, lane] of this.#lanes) {
      const head = lane.next as Request;
      if (priority >= request.priority && head.first !== request.first) yield head;
    }
  }

  /** The first request of each lane. */
  get heads(): Request[] {
    return Array.from(this.#lanes.values(), (lane) => lane.next as Request);
  }

  join(request: Request): void {
    const lane = this.#lanes.get(request.priority) ?? new Link();
    this.#lanes.set(request.priority, lane);
    append(lane, request);
  }

  leave(request: Request): void {
    unlink(request);
    const lane = this.#lanes.get(request.priority) as Link;
    if (isAlone(lane)) this.#lanes.delete(request.priority);
  }

  take(request: Request): void {
    this.holds.add(request);
    this.held += request.weight;
    this.permits += request.permits;
    this.#most = Math.max(this.#most, this.held);
  }

  giveBack(request: Request): void {
    if (!this.holds.delete(request)) return;
    this.held -= request.weight;
    this.permits -= request.permits;
  }

  /** Changes how many permits a hold is for. */
  resize(hold: Request, permits: number): void {
    this.giveBack(hold);
    hold.permits = permits;
    if (permits > 0) this.take(hold);
  }

  /** A request begins. */
  use(): void {
    this.#uses++;
  }

  /** A request is over. */
  endUse(): void {
    this.#uses--;
    if (this.#uses === 0) this.#onIdle?.();
  }
}
