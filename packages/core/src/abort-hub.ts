import { deliver } from './delivery.ts';
import type { Limits } from './limits.ts';
import type { Line } from './line.ts';
import { append, isAlone, Link, unlink } from './link.ts';

const hubs: WeakMap<AbortSignal, AbortHub> = new WeakMap();

/**
 * The one abort listener of a signal, and the ring of all who wait on it, in the order they came.
 *
 * A listener for each waiter would cost about 100 times as much for 20,000 waiters on one signal, and warn of a leak
 * from the eleventh on.
 */
export class AbortHub extends Link {
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    super();
    this.#signal = signal;
  }

  static of(signal: AbortSignal): AbortHub {
    let hub = hubs.get(signal);
    if (hub === undefined) {
      hub = new AbortHub(signal);
      signal.addEventListener('abort', hub);
      hubs.set(signal, hub);
    }
    return hub;
  }

  add(limits: Limits): void {
    append(this, limits);
  }

  /** Takes a member out of its hub; the last one takes the listener along. */
  static remove(limits: Limits): void {
    const neighbour = limits.next;
    unlink(limits);
    if (isAlone(neighbour)) (neighbour as AbortHub).#close();
  }

  /** Runs when the signal aborts: all who wait on it leave, in every line, before anybody moves up. */
  handleEvent(): void {
    // Anybody can dispatch an event.
    if (!this.#signal.aborted) return;
    const lines = new Set<Line<unknown, unknown>>();
    while (!isAlone(this)) {
      const limits = this.next as Limits;
      // Whatever its line makes of it, it must leave this loop.
      AbortHub.remove(limits);
      limits.line.giveUp(limits.waiter, this.#signal.reason);
      lines.add(limits.line);
    }
    for (const line of lines) line.drain();
    deliver();
  }

  #close(): void {
    hubs.delete(this.#signal);
    this.#signal.removeEventListener('abort', this);
  }
}
