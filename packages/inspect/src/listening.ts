import { type Listener, listeners } from './ledger.ts';
import { attempt } from './report.ts';
import { type Undo, undo } from './undo.ts';

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
