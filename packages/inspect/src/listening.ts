import { type Listener, listeners } from './ledger.ts';
import { type Undo, undo } from './undo.ts';

const uses = new Map<Listener, number>();

/** Tells a listener of each wait and hold. However often it is added, it is told once, until all is undone. */
export function listen(listener: Listener): Undo {
  uses.set(listener, (uses.get(listener) ?? 0) + 1);
  listeners.add(listener);
  return undo(() => {
    const left = (uses.get(listener) as number) - 1;
    uses.set(listener, left);
    if (left === 0) listeners.delete(listener);
  });
}
