import type { SignalShape } from '../contract/signal.ts';
import { deliver } from '../runtime/delivery.ts';
import { report } from '../runtime/report.ts';
import { append, isAlone, Link, unlink } from '../runtime/ring.ts';

/** A member of a hub: what a signal may end. */
export interface Member extends Link {
  readonly signal: SignalShape | undefined;
  /** Ends the wait with the signal's reason. */
  end(): void;
  readonly line: { drain(): void };
}

const hubs: WeakMap<SignalShape, AbortHub> = new WeakMap();

/**
 * The one abort listener of a signal, and the ring of all that wait on it, in order of arrival.
 *
 * A listener for each waiter would cost about 100 times as much for 20,000 waiters on one signal, and Node would warn of
 * a leak from the eleventh on.
 */
class AbortHub extends Link {
  // A function, because Node calls a listener object from an async function.
  readonly onAbort = (): void => this.#end();

  // All that wait on the signal leave, in every line, before any line moves up.
  #end(): void {
    const { signal } = this.next as Member;
    // Anyone can dispatch an `abort` event by hand.
    if (!signal?.aborted) return;
    const lines = new Set<Member['line']>();
    while (!isAlone(this)) {
      const member = this.next as Member;
      // Leave the hub first, or a line that fails would make this loop endless.
      leaveHub(member, signal);
      lines.add(member.line);
      member.end();
    }
    for (const line of lines) line.drain();
    deliver();
  }
}

/** From now on the signal ends the wait. */
export function joinHub(member: Member, signal: SignalShape): void {
  let hub = hubs.get(signal);
  if (hub === undefined) {
    hub = new AbortHub();
    signal.addEventListener('abort', hub.onAbort);
    hubs.set(signal, hub);
  }
  append(hub, member);
}

/** From now on it does not; the last one removes the listener. A foreign signal that throws must not stop a grant. */
export function leaveHub(member: Member, signal: SignalShape): void {
  const neighbor = member.next;
  unlink(member);
  if (!isAlone(neighbor)) return;
  hubs.delete(signal);
  try {
    signal.removeEventListener('abort', (neighbor as AbortHub).onAbort);
  } catch (error) {
    report(error);
  }
}
