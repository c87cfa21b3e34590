import { heading, value } from '../../internal/bench/src/format.ts';
import type { Line, Results } from '../../internal/bench/src/results.ts';
import { type Place, placesOf } from '../../internal/bench/src/standing.ts';
import type { Kind } from '../../internal/bench/src/subjects.ts';

/** One package, and its result. */
export interface Bar {
  name: string;
  /** A floor that is slower than valvekit is no floor, but what one would write by hand. */
  kind: Kind | 'by hand';
  /** Missing if there is no result. */
  value?: number;
  /** The value, or the reason why there is none. */
  text: string;
  /** The ratio to our value. */
  toOurs?: number;
  /** How long the bar is, from 0 to 1. */
  share: number;
  /** It crashed, was wrong, or took too long: worse than any value. */
  isFailed: boolean;
  /** What its waits can do besides waiting, as far as it is measured. */
  abilities: string[];
}

/** One measured operation. */
export interface Chart {
  id: string;
  title: string;
  unit: string;
  isLogarithmic: boolean;
  bars: Bar[];
}

/** Charts that belong together. */
interface Topic {
  id: string;
  title: string;
  text: string;
  /** In how many of its charts no peer is ahead of valvekit, by more than noise. */
  standing: string;
  charts: Chart[];
}

/** Another package, and how it compares with valvekit. */
interface Rival {
  name: string;
  text: string;
}

/** What most people want to know. */
interface SummaryRow {
  text: string;
  ours: string;
  best?: Rival;
  worst?: Rival;
  chart: string;
}

/** Packages that can do the same, and the size of their Mutex. */
interface SizeRow {
  abilities: string;
  packages: { name: string; isOurs: boolean; size: string }[];
}

/** All results of one run. */
export interface Cost {
  runtime: string;
  /** When and where it was measured, and with which command. */
  made: { date: string; command: string; machine: string; rounds: number };
  summary: SummaryRow[];
  /** The largest set of abilities first. */
  sizes: SizeRow[];
  topics: Topic[];
  /** The charts in which a peer is ahead. */
  behind: { title: string; chart: string; peer: Rival }[];
}

const topics: { id: string; title: string; text: string; workloads: string[] }[] = [
  {
    id: 'sizes',
    title: 'Size of an import',
    text: 'What an import adds to a program: bundled by esbuild, minified, compressed by brotli. Packages whose waits can time out or be aborted come first: without that, a lock is a few lines of code. The rest of ours is callbacks, priorities, names and clear errors; lite goes without.',
    workloads: ['S'],
  },
  {
    id: 'speed',
    title: 'A free lock',
    text: 'Nobody waits: what a lock costs most of the time.',
    workloads: ['W1', 'W2'],
  },
  { id: 'queue', title: 'Many tasks in line', text: 'All of them want it at once.', workloads: ['W3', 'W4', 'W8'] },
  {
    id: 'giving-up',
    title: 'Timeouts and aborts',
    text: 'Waiters that give up, in different orders.',
    workloads: ['W5'],
  },
  { id: 'read-write', title: 'Readers and writers', text: 'A ReadWriteLock.', workloads: ['W6'] },
  { id: 'barrier', title: 'Waiting for a state', text: 'A Barrier.', workloads: ['W7'] },
  { id: 'priorities', title: 'Priorities', text: 'Higher ones first.', workloads: ['W10'] },
  {
    id: 'keys',
    title: 'Keys, and several locks at once',
    text: 'KeyedLocks and sandboxAll.',
    workloads: ['W11', 'W12'],
  },
  { id: 'callbacks', title: 'Callbacks', text: 'The bare layer, as in version 0.2.', workloads: ['W9'] },
  { id: 'memory', title: 'Memory', text: 'Bytes on the heap.', workloads: ['M'] },
];

const summary: { text: string; row: string; size?: number }[] = [
  { text: 'Run an async function under a free mutex', row: 'W2 async' },
  { text: 'Queue 10,000 tasks for a mutex', row: 'W3 contended', size: 10_000 },
  { text: 'Map over 100,000 items, 10 at a time', row: 'W4 map' },
  { text: 'Abort 10,000 waiters with one signal', row: 'W5 one signal', size: 10_000 },
  { text: 'Read/write lock, one write in ten', row: 'W6 90/10' },
];

// Smaller differences may be reversed in the next run.
const NOISE = 0.05;
// Beyond this ratio, small values cannot be told apart on a linear scale.
const LARGEST_RATIO = 100;
const SHORTEST_BAR = 0.01;
const inList = new Intl.ListFormat('en-GB');

/** Converts the results of the benchmarks for the page. */
export function costOf({ runtime, date, command, cpu, cores, rounds, lines }: Results): Cost {
  const abilities = abilitiesOf(lines);
  return {
    runtime,
    made: { date: date.slice(0, 10), command, machine: `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`, rounds },
    summary: summary.flatMap(({ text, row, size }) => {
      const line = lines.find((each) => each.row === row && (size === undefined || each.size === size));
      return line === undefined ? [] : [summaryOf(text, line)];
    }),
    sizes: sizesOf(lines, abilities),
    topics: topics.flatMap(({ workloads, ...topic }) => {
      const own = lines.filter(({ workload }) => workloads.includes(workload));
      if (own.length === 0) return [];
      const withPeers = own.filter((line) => peersOf(line).length > 0);
      const ahead = withPeers.filter((line) => bestOf(line) === undefined);
      const standing =
        withPeers.length === 0 ? '' : `valvekit is first in ${ahead.length || 'none'} of ${withPeers.length}`;
      return [{ ...topic, standing, charts: own.map((line) => chartOf(line, abilities)) }];
    }),
    behind: lines.flatMap((line) => {
      const peer = line.unit === 'ns' ? bestOf(line) : undefined;
      return peer === undefined ? [] : [{ title: titleOf(line), chart: idOf(line), peer: rival(peer) }];
    }),
  };
}

function chartOf(line: Line, abilities: Map<string, string[]>): Chart {
  const places = placesOf(line);
  const values = places.flatMap(({ value }) => value ?? []);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isLogarithmic = most > LARGEST_RATIO * least;
  const share = (measured: number): number =>
    isLogarithmic ? Math.log(measured / least + 1) / Math.log(most / least + 1) : measured / most;
  const bars = places.map((place): Bar => {
    const isFailed = place.value === undefined;
    return {
      name: place.subject,
      kind: place.kind === 'floor' && !isFloor(place) ? 'by hand' : place.kind,
      text: value(place),
      ...(place.value !== undefined && { value: place.value }),
      ...(place.toOurs !== undefined && { toOurs: place.toOurs }),
      share: place.value === undefined ? 1 : Math.max(SHORTEST_BAR, share(place.value)),
      isFailed,
      abilities: line.workload === 'S' ? (abilities.get(place.subject) ?? []).filter((each) => hasIt(line, each)) : [],
    };
  });
  return {
    id: idOf(line),
    title: titleOf(line),
    unit: `${line.unit === 'ns' ? 'nanoseconds' : 'bytes'} for each ${line.per}`,
    isLogarithmic,
    // Those that do the same are beside one another.
    bars:
      line.workload === 'S' ? bars.toSorted((one, other) => Number(canGiveUp(other)) - Number(canGiveUp(one))) : bars,
  };
}

/** Barrier and ASemaphore have no order, so their waits have no priority. */
function hasIt({ row }: Line, ability: string): boolean {
  return ability !== 'priorities' || !/(?:Barrier|ASemaphore)$/.test(row);
}

function isFloor({ value, toOurs = 0 }: Place): boolean {
  return value !== undefined && toOurs <= 1 + NOISE;
}

export function canGiveUp({ abilities }: Bar): boolean {
  return abilities.includes('timeout') || abilities.includes('AbortSignal');
}

/** What is measured of a package says what it can do. */
function abilitiesOf(lines: readonly Line[]): Map<string, string[]> {
  const tests: [ability: string, row: RegExp][] = [
    ['timeout', /^W5 timeouts/],
    ['AbortSignal', /^W5 (?:signals|one signal)/],
    ['priorities', /^W10 /],
  ];
  const found = new Map<string, string[]>();
  for (const [ability, pattern] of tests) {
    const names = lines
      .filter(({ row }) => pattern.test(row))
      .flatMap(({ measurements }) => measurements.filter(({ kind }) => kind !== 'floor').map(({ subject }) => subject));
    for (const name of new Set(names)) found.set(name, [...(found.get(name) ?? []), ability]);
  }
  // Of it, sizes are all that is measured here.
  found.set('@valvekit/lite', ['timeout', 'AbortSignal']);
  return found;
}

function summaryOf(text: string, line: Line): SummaryRow {
  const ours = placesOf(line).find(({ kind }) => kind === 'ours');
  const peers = peersOf(line);
  const [best, worst] = [peers[0], peers.at(-1)];
  return {
    text,
    ours: ours === undefined ? '' : `${value(ours)} ns`,
    ...(best && { best: rival(best) }),
    ...(worst && worst !== best && { worst: rival(worst) }),
    chart: idOf(line),
  };
}

/** The packages of a Mutex, those that can do the same in one row: sizes of others say little. */
function sizesOf(lines: readonly Line[], abilities: Map<string, string[]>): SizeRow[] {
  const line = lines.find(({ row }) => row === 'S Mutex');
  if (line === undefined) return [];
  const measured = placesOf(line).filter((place) => place.kind !== 'floor' && place.value !== undefined);
  const able = Map.groupBy(measured, ({ subject }) => inList.format(abilities.get(subject) ?? []));
  const count = ([, [one]]: [string, Place[]]) => abilities.get(one?.subject ?? '')?.length ?? 0;
  return [...able]
    .toSorted((one, other) => count(other) - count(one))
    .map(([abilities, places]) => ({
      abilities: abilities === '' ? 'None of these' : abilities.replace(/^t/, 'T'),
      packages: places.map((place) => ({
        name: place.subject,
        isOurs: place.kind !== 'peer',
        size: `${value(place)} bytes`,
      })),
    }));
}

function rival({ subject: name, toOurs, ...place }: Place): Rival {
  if (place.wrong !== undefined) return { name, text: place.wrong };
  if (toOurs === undefined) return { name, text: 'took too long' };
  return { name, text: `${place.value === undefined ? 'over ' : ''}${times(toOurs)}` };
}

/** As many digits as people can compare: 1/31, 0.94 ×, 1.7 ×, 44 ×. */
export function times(factor: number): string {
  if (factor < 0.1) return `1/${Math.round(1 / factor)}`;
  const digits = factor < 1 ? 2 : factor < 10 ? 1 : 0;
  return `${factor.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}\u00a0×`;
}

function peersOf(line: Line): Place[] {
  return placesOf(line).filter(({ kind }) => kind === 'peer');
}

/** The best peer that is ahead of valvekit, if any. */
function bestOf(line: Line): Place | undefined {
  return peersOf(line).find(({ value, toOurs = 1 }) => value !== undefined && toOurs < 1 - NOISE);
}

function titleOf(line: Line): string {
  return line.isRepetition ? line.title : `${line.title}, ${line.size.toLocaleString('en')}`;
}

function idOf(line: Line): string {
  return heading(line).toLowerCase().replaceAll(/\W+/g, '-');
}
