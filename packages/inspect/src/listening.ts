import type { Entry } from './contract.ts';
import { listeners } from './ledger.ts';
import { attempt } from './report.ts';
import { type Undo, undo } from './undo.ts';

/** Called with each wait and each hold when it has ended. Times are those of `performance.now()`. */
export type Listener = (entry: Entry, start: number, end: number) => void;

/** A sink: a listener, and how many want it. */
export interface Sink {
  readonly listener: Listener;
  uses: number;
}

export function sink(listener: Listener): Sink {
  return { listener: (...ended) => attempt(() => listener(...ended)), uses: 0 };
}

/** Tells a listener of each wait and hold. However often it is added, it is told once, until all is undone. */
export function listen(sink: Sink): Undo {
  sink.uses++;
  listeners.add(sink.listener);
  return undo(() => {
    sink.uses--;
    if (sink.uses === 0) listeners.delete(sink.listener);
  });
}
