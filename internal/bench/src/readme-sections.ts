import { factor, number } from './format.ts';
import { provenance, tableOf } from './report.ts';
import type { Line, Results } from './results.ts';
import { oursIn, type Place, placesOf } from './standing.ts';

/** A few representative rows, in words for readers who do not know the full table. */
const shown: readonly { text: string; row: string; size?: number }[] = [
  { text: 'lock and unlock a free mutex', row: 'W1 lock' },
  { text: 'run an async function under a free mutex', row: 'W2 async' },
  { text: '10,000 tasks queue for a mutex', row: 'W3 contended', size: 10_000 },
  { text: '100,000 tasks, 10 at a time', row: 'W4 sandbox', size: 100_000 },
  { text: '`map` of 100,000 items, 10 at a time', row: 'W4 map' },
  { text: '10,000 waiters abort with one signal', row: 'W5 one signal', size: 10_000 },
  { text: 'a read/write lock, one in ten writes', row: 'W6 90/10' },
  { text: '10,000 waiters, each for a value of its own', row: 'W7 barrier', size: 10_000 },
  { text: '10,000 callbacks queue for a mutex', row: 'W9 queued callbacks' },
];

/** The libraries that most people have. */
const popular: readonly string[] = ['async-mutex', 'async-lock', 'p-limit', 'async-sema', 'es-toolkit'];

// Smaller differences may be reversed in the next run.
const NOISE = 0.05;

/** The text of a README, with the measured sections replaced between their markers. */
export function filled(text: string, results: Results): string {
  return replaced(replaced(text, 'speed', speedSection(results)), 'sizes', sizesSection(results));
}

function replaced(text: string, name: string, section: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`there is no ${begin} with ${end} after it`);
  return `${text.slice(0, from)}${begin}\n\n${section}\n\n${text.slice(to)}`;
}

/** A table of speed, and in how many rows a peer is ahead. */
function speedSection(results: Results): string {
  const rows = shown.flatMap(({ text, row, size }) => {
    const line = results.lines.find((line) => line.row === row && (size === undefined || line.size === size));
    if (line === undefined) return [];
    const [best] = peersIn(line);
    return [[text, ourValue(line, nanoseconds), ...popular.map((name) => takes(line, name)), best ? named(best) : '']];
  });
  const timed = results.lines.filter((line) => line.unit === 'ns' && peersIn(line).length > 0);
  const behind = timed.filter((line) => ((peersIn(line)[0] as Place).toOurs as number) < 1 - NOISE);
  return [
    tableOf(['time per operation', 'valvekit', ...popular, 'the fastest other'], rows),
    `2 × means twice as long as valvekit, 0.5 × half as long. ${inFront(timed.length, behind.length)}`,
    provenance(results),
  ].join('\n\n');
}

/** A table of what an import adds to a program. */
function sizesSection({ lines }: Results): string {
  const names = ['valvekit', '@valvekit/lite', ...popular];
  const rows = lines
    .filter(({ workload }) => workload === 'S')
    .map((line) => [importOf(line), ...names.map((name) => adds(line, name))]);
  return tableOf(['import', ...names], rows);
}

const importWords: Readonly<Record<string, string>> = {
  'the five': 'the five primitives without `KeyedLocks`',
  all: 'everything',
};

/** `S Mutex`, `S all`. */
function importOf({ row }: Line): string {
  const name = row.slice('S '.length);
  return importWords[name] ?? `\`${name}\``;
}

function ourValue(line: Line, unit: (value: number) => string): string {
  const ours = oursIn(line)?.value;
  return ours === undefined ? 'no result' : unit(ours);
}

// In ascending order, without disqualified peers.
function peersIn(line: Line): Place[] {
  return placesOf(line).filter(({ kind, toOurs }) => kind === 'peer' && toOurs !== undefined);
}

function inFront(all: number, behind: number): string {
  const rest = behind === 0 ? '' : `; in the other ${behind}, at least one is`;
  return `In ${all - behind} of the ${all} rows measured, no peer is faster${rest}.`;
}

function placeOf(line: Line, subject: string): Place | undefined {
  return placesOf(line).find((place) => place.subject === subject);
}

function takes(line: Line, name: string): string {
  const place = placeOf(line, name);
  if (place?.wrong !== undefined) return 'fails';
  return place?.toOurs === undefined ? '–' : times(place);
}

function adds(line: Line, name: string): string {
  const value = placeOf(line, name)?.value;
  return value === undefined ? '–' : kilobytes(value);
}

const named = (place: Place): string => `${place.subject} ${times(place)}`;

const times = ({ toOurs, atLeast }: Place): string => `${atLeast === undefined ? '' : '> '}${factor(toOurs as number)}`;

const nanoseconds = (value: number): string => `${number(value)} ns`;

const kilobytes = (value: number): string => `${(value / 1000).toFixed(value < 1000 ? 2 : 1)} kB`;
