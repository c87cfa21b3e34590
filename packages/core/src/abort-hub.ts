import { deliver } from './delivery.ts';
import type { Limits } from './limits.ts';
import type { Line } from './line.ts';
import { append, isAlone, Link, unlink } from './link.ts';
import { report } from './report.ts';

const hubs: WeakMap<AbortSignal, AbortHub> = new WeakMap();

/**
 * The one abort listener of a signal, and the ring of all who wait on it, in the order they came.
 *
 * A listener for each waiter would cost about 100 times as much for 20,000 waiters on one signal, and warn of a leak
 * from the eleventh on.
 */
class AbortHub extends Link {
  // A function: Node calls an object that listens by an async function.
  readonly onAbort = (): void => this.#giveUpAll();

  // All who wait on the signal leave, in every line, before anybody moves up.
  #giveUpAll(): void {
    const { signal } = this.next as Limits;
    // Anybody can dispatch an event.
    if (!signal?.aborted) return;
    const lines: Line<unknown, unknown>[] = [];
    while (!isAlone(this)) {
      const limits = this.next as Limits;
      // Whatever its line makes of it, it must leave this loop.
      leaveHub(limits, signal);
      limits.line.giveUp(limits.waiter, signal.reason);
      if (limits.line !== lines.at(-1)) lines.push(limits.line);
    }
    for (const line of lines) line.drain();
    deliver();
  }
}

/** From now on the signal ends the wait. */
export function joinHub(limits: Limits, signal: AbortSignal): void {
  let hub = hubs.get(signal);
  if (hub === undefined) {
    hub = new AbortHub();
    signal.addEventListener('abort', hub.onAbort);
    hubs.set(signal, hub);
  }
  append(hub, limits);
}

/** From now on it does not; the last one takes the listener along. A foreign signal that throws must not stop a grant. */
export function leaveHub(limits: Limits, signal: AbortSignal): void {
  const neighbour = limits.next;
  unlink(limits);
  if (!isAlone(neighbour)) return;
  hubs.delete(signal);
  try {
    signal.removeEventListener('abort', (neighbour as AbortHub).onAbort);
  } catch (error) {
    report(error);
  }
}
