import type { SignalShape } from '../contract/signal.ts';
import { deliver } from '../runtime/delivery.ts';
import { report } from '../runtime/report.ts';
import { append, isAlone, Link, unlink } from '../runtime/ring.ts';

/** What a signal may end. */
export interface Member {
  readonly line: { giveUp(member: never): void; drain(): void };
}

/**
 * The one abort listener of a signal, and the ring of all that wait on it, in order of arrival.
 *
 * A listener for each waiter would cost about 100 times as much for 20,000 waiters on one signal, and Node would warn of
 * a leak from the eleventh on.
 */
interface AbortHub extends Link {
  onAbort: () => void;
}

const hubs: WeakMap<SignalShape, AbortHub> = new WeakMap();

/** The place of a member in the hub of its signal. Until it leaves, the signal ends the wait. */
export class Membership implements Link {
  // As in `Waiter`.
  declare next: Link;
  declare previous: Link;
  declare readonly member: Member;
  declare readonly signal: SignalShape;

  constructor(member: Member, signal: SignalShape) {
    this.member = member;
    this.signal = signal;
    append(hubs.get(signal) ?? newHub(signal), this);
  }

  /** The last one removes the listener. A foreign signal that throws must not stop a grant. */
  leave(): void {
    if (isAlone(this)) return;
    const { next, signal } = this;
    unlink(this);
    if (!isAlone(next)) return;
    hubs.delete(signal);
    try {
      signal.removeEventListener('abort', (next as AbortHub).onAbort);
    } catch (error) {
      report(error);
    }
  }
}

function newHub(signal: SignalShape): AbortHub {
  const hub = new Link() as AbortHub;
  // A function, because Node calls a listener object from an async function.
  hub.onAbort = () => {
    // Anyone can dispatch an `abort` event by hand.
    if (!signal.aborted) return;
    const lines: Member['line'][] = [];
    // All that wait on the signal leave, in every line, before any line moves up.
    while (!isAlone(hub)) {
      const membership = hub.next as Membership;
      const { member } = membership;
      const { line } = member;
      // It may not be in its line yet, and must leave this loop.
      membership.leave();
      line.giveUp(member as never);
      // (Hermes lacks `at()`.)
      if (line !== lines[lines.length - 1]) lines.push(line);
    }
    for (const line of lines) line.drain();
    deliver();
  };
  signal.addEventListener('abort', hub.onAbort);
  hubs.set(signal, hub);
  return hub;
}
