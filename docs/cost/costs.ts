import { heading, value } from '../../internal/bench/src/format.ts';
import type { Line, Results } from '../../internal/bench/src/results.ts';
import { placesOf } from '../../internal/bench/src/standing.ts';
import type { Kind } from '../../internal/bench/src/subjects.ts';

/** One package, and its result. */
export interface Bar {
  name: string;
  kind: Kind;
  /** Missing if there is no result. */
  value?: number;
  /** The value, or the reason why there is none. */
  text: string;
  /** The ratio to our value. */
  toOurs?: number;
}

/** One measured operation. */
export interface Chart {
  id: string;
  title: string;
  unit: string;
  bars: Bar[];
}

/** All results of one run. */
export interface Cost {
  runtime: string;
  /** When and where it was measured, and with which command. */
  made: { date: string; command: string; machine: string; rounds: number };
  sizes: Chart[];
  speeds: Chart[];
}

/** Converts the results of the benchmarks for the page. */
export function costOf({ runtime, date, command, cpu, cores, rounds, lines }: Results): Cost {
  const charts = (isWanted: (line: Line) => boolean): Chart[] => lines.filter(isWanted).map(chartOf);
  return {
    runtime,
    made: { date: date.slice(0, 10), command, machine: `${cpu}, ${cores} cores`, rounds },
    sizes: charts(({ workload }) => workload === 'S'),
    speeds: charts(({ workload }) => workload !== 'S'),
  };
}

function chartOf(line: Line): Chart {
  return {
    id: heading(line).toLowerCase().replaceAll(/\W+/g, '-'),
    title: line.isRepetition ? line.title : `${line.title}, ${line.size.toLocaleString('en')}`,
    unit: `${line.unit === 'ns' ? 'nanoseconds' : 'bytes'} for each ${line.per}`,
    bars: placesOf(line).map((place) => ({
      name: place.subject,
      kind: place.kind,
      text: value(place),
      ...(place.value !== undefined && { value: place.value }),
      ...(place.toOurs !== undefined && { toOurs: place.toOurs }),
    })),
  };
}
