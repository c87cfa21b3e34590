import { append, isAlone, Link, unlink } from '@valvekit/core/line';
import type { Settings } from './settings.ts';

// Who waits for whom: a request waits for the holds of its lock, a hold for its task, and a task for the requests in it.

// The stages of a request.
export const ASKED = 0; // it may have been granted, but nobody has been told
export const WAITING = 1;
export const HOLDING = 2;
export const OVER = 3;

/** What a request asks for, and who asks. */
export interface Asked {
  readonly verb: string;
  /** The side of a read/write lock, as in `read.`; else empty. */
  readonly side: string;
  /** Whether a bare verb releases it. */
  readonly isBare: boolean;
  readonly task: Task | undefined;
  /** Whether the task was made for this request, and ends with it. */
  readonly isSandbox: boolean;
  readonly stack: string | undefined;
}

/**
 * One request for a lock, from the call to the end of the hold.
 *
 * It keeps neither the lock nor a guard nor a user's function, because it may outlive them.
 */
export class Request extends Link {
  readonly lock: WatchedLock;
  asked: Asked;
  permits = 1;
  priority = 0;
  /** Whether it waits if it is not granted immediately. */
  mayWait = true;
  /** How much of the lock it takes. */
  weight: number;
  /** The requests that are granted together with this one, itself included. */
  parts: readonly Request[] = [this];
  stage: number = ASKED;
  /** When the wait or the hold began, by `performance.now()`. */
  start: number = performance.now();
  since: Date | undefined = undefined;
  timer: ReturnType<typeof setTimeout> | undefined = undefined;
  /** Whether a deadlock that it is part of has been reported. */
  isReported = false;

  constructor(lock: WatchedLock, asked: Asked) {
    super();
    this.lock = lock;
    this.asked = asked;
    this.weight = weightOf(asked.side, 1);
    lock.use();
  }

  get task(): Task | undefined {
    return this.asked.task;
  }

  /** Hears of an option. Whether it is right is for the lock to tell. */
  read(option: unknown, value: unknown): void {
    if (option === 'permits' && Number.isSafeInteger(value)) {
      this.permits = value as number;
      this.weight = weightOf(this.asked.side, this.permits);
    } else if (option === 'priority' && typeof value === 'number') this.priority = value;
    else if (option === 'timeout' && typeof value === 'number' && value <= 0) this.mayWait = false;
    else if (option === 'signal' && (value as Partial<AbortSignal> | null | undefined)?.aborted) this.mayWait = false;
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
  waits: Set<Request> | undefined;
  #heir: Task | undefined;

  constructor(parent: Task | undefined) {
    this.parent = parent;
    this.waits = undefined;
    this.#heir = undefined;
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

/** What a writer takes of a read/write lock. A reader takes one. */
export const ALL: number = 2 ** 40;

/** What the sides of a read/write lock take. No two upgradable holds fit, and one leaves just what an upgrade needs. */
const WEIGHTS: Record<string, number> = { 'read.': 1, 'write.': ALL, 'upgradable.': ALL / 2 + 1, upgrade: ALL / 2 - 1 };

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
  readonly name: string;
  /** The settings of all that watch it. Empty once they are undone. */
  watches: readonly Settings[];
  readonly holds: Set<Request> = new Set();
  /** The requests that wait, by their priorities, each in a ring in order of arrival. The head of a `Set` is not found in O(1). */
  readonly #lanes: Map<number, Link> = new Map();
  /** The bare requests that are granted, but whose callers have not been told yet. */
  readonly asked: Set<Request> = new Set();
  /** The sum of the weights of the holds. */
  held = 0;
  /** How much can be held, if the lock itself does not say. */
  limit: number | undefined;
  readonly #object: WeakRef<LockState>;
  readonly #onIdle: (() => void) | undefined;
  #uses = 0;
  // The most that was ever held: all that is known of the capacity of some locks.
  #most = 1;

  /** @param onIdle - called when no request uses it any more */
  constructor(object: WeakRef<LockState>, name: string, watches: readonly Settings[], onIdle?: () => void) {
    this.#object = object;
    this.name = name;
    this.watches = watches;
    this.limit = undefined;
    this.#onIdle = onIdle;
  }

  /** The lock, unless it has been collected. */
  get object(): LockState | undefined {
    return this.#object.deref();
  }

  /** The settings of the newest watch. */
  get settings(): Settings | undefined {
    return this.watches.at(-1);
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
    this.#most = Math.max(this.#most, this.held);
  }

  giveBack(request: Request): void {
    if (this.holds.delete(request)) this.held -= request.weight;
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

/** How much a request takes: its permits, or what its side of a read/write lock takes. */
function weightOf(side: string, permits: number): number {
  return WEIGHTS[side] ?? permits;
}
