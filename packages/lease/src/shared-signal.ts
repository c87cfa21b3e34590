import type { SignalShape } from './terms.ts';

/** Something that ends when a signal aborts. */
export interface Abortable {
  abort(signal: SignalShape): void;
}

interface Hub {
  readonly members: Set<Abortable>;
  readonly listener: () => void;
}

// One listener a signal, however many waits share it.
const hubs = new WeakMap<SignalShape, Hub>();

/** Ends `member` when the signal aborts. */
export function join(signal: SignalShape, member: Abortable): void {
  let hub = hubs.get(signal);
  if (hub === undefined) {
    const members = new Set<Abortable>();
    const listener = (): void => {
      for (const each of Array.from(members)) each.abort(signal);
    };
    hub = { members, listener };
    hubs.set(signal, hub);
    signal.addEventListener('abort', listener);
  }
  hub.members.add(member);
}

/** Takes it back. The last member removes the listener. */
export function leave(signal: SignalShape, member: Abortable): void {
  const hub = hubs.get(signal);
  if (!hub?.members.delete(member) || hub.members.size > 0) return;
  hubs.delete(signal);
  signal.removeEventListener('abort', hub.listener);
}
