import type { Entry } from './contract.ts';
import { listen, type Sink, sink } from './listening.ts';
import type { Undo } from './undo.ts';

const COLORS: Record<Entry['kind'], string> = { wait: 'warning', hold: 'primary' };

const measures: Sink = /* @__PURE__ */ sink(({ kind, lock, verb, task, permits, stack }, start, end) => {
  const name = `${lock}: ${verb} (${kind})`;
  const properties = Object.entries({ task, permits, stack }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)]],
  );
  const devtools = { dataType: 'track-entry', track: 'valvekit', color: COLORS[kind], properties };
  performance.measure(name, { start, end, detail: { devtools } });
  // The panel and observers have it by now. The timeline would keep it forever.
  performance.clearMeasures(name);
});

/**
 * Shows each wait and each hold, once it has ended, on a track "valvekit" of the performance panel of DevTools.
 *
 * @returns what ends it
 */
export function toPerformance(): Undo {
  return listen(measures);
}
