import type { SignalShape } from '../contract/signal.ts';
import { deliver } from '../runtime/delivery.ts';
import { report } from '../runtime/report.ts';

/** A member of a hub: what its signal may end. */
export interface Member {
  readonly line: { giveUp(member: never): void; drain(): void };
}

/**
 * The one abort listener of a signal, and the set of all that wait on it, in order of arrival.
 *
 * A listener for each waiter would cost about 100 times as much for 20,000 waiters on one signal, and Node would warn of
 * a leak from the eleventh on.
 */
interface AbortHub extends Set<Member> {
  onAbort: () => void;
}

const hubs: WeakMap<SignalShape, AbortHub> = new WeakMap();

/** From now on the signal ends the wait. */
export function joinHub(member: Member, signal: SignalShape): void {
  const hub = hubs.get(signal) ?? newHub(signal);
  hub.add(member);
}

function newHub(signal: SignalShape): AbortHub {
  const hub = new Set<Member>() as AbortHub;
  // A function, because Node calls a listener object from an async function.
  hub.onAbort = () => {
    // Anyone can dispatch an `abort` event by hand.
    if (!signal.aborted) return;
    // All that wait on the signal leave, in every line, before any line moves up.
    const lines = new Set<Member['line']>();
    for (const member of hub) {
      lines.add(member.line);
      member.line.giveUp(member as never);
    }
    for (const line of lines) line.drain();
    deliver();
  };
  signal.addEventListener('abort', hub.onAbort);
  hubs.set(signal, hub);
  return hub;
}

/** From now on it does not; the last one removes the listener. A foreign signal that throws must not stop a grant. */
export function leaveHub(member: Member, signal: SignalShape): void {
  const hub = hubs.get(signal);
  hub?.delete(member);
  if (hub?.size !== 0) return;
  hubs.delete(signal);
  try {
    signal.removeEventListener('abort', hub.onAbort);
  } catch (error) {
    report(error);
  }
}
