import { append, isAlone, Link, unlink } from '@valvekit/core/line';
import type { Request } from './request.ts';
import type { Settings } from './settings.ts';

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
export function weightOf(side: string, permits: number): number {
  return WEIGHTS[side] ?? permits;
}
