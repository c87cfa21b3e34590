import { count, factor, heading, value } from './format.ts';
import { type Goal, judged } from './goal.ts';
import type { Line, Results } from './results.ts';
import { bestPeerIn, oursIn, type Place, placesOf } from './standing.ts';

/** A run in Markdown: the goals, valvekit compared with the floor and the best peer, then all results. */
export function markdown(results: Results, goals: readonly Goal[], reasons: ReadonlyMap<string, string>): string {
  const all = judged(goals, results.lines);
  const missed = all.filter(({ isMet }) => !isMet);
  const sections = [
    `# ${results.runtime}`,
    provenance(results),
    'Times are nanoseconds, sizes are bytes; lower is better. How it is measured: [README](../README.md).',
    `## Goals: ${all.length - missed.length} of ${all.length} met`,
    tableOf(
      ['goal', '', 'measured'],
      all.map(({ text, isMet, measured }) => [text, isMet ? 'met' : '**not met**', measured]),
    ),
    ...(missed.length === 0 ? [] : ['### Why some goals are not met']),
    ...missed.map(({ name }) => `**${name}.** ${reasons.get(name) ?? 'No reason given.'}`),
    '## valvekit compared with the floor and the best peer',
    tableOf(['', 'valvekit', 'valvekit / floor', 'best peer', 'valvekit / best peer'], results.lines.map(summaryOf)),
    '## All results',
    'In parentheses: the ratio to valvekit. Floors are in italics.',
    ...rowsOf(results.lines).flatMap(everybody),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** When, where and how a run was measured. */
export function provenance({ date, command, runtime, cpu, cores, rounds }: Results): string {
  return `Measured on ${date.slice(0, 10)} by \`${command}\`: ${runtime}, ${cpu}, ${cores === 1 ? 'one core' : `${cores} cores`}, medians of ${rounds} rounds.`;
}

function summaryOf(line: Line): string[] {
  const ours = oursIn(line);
  const peer = bestPeerIn(line);
  return [
    heading(line),
    ours === undefined ? 'no result' : value(ours),
    ours?.toFloor === undefined ? '' : factor(ours.toFloor),
    peer?.subject ?? '',
    peer?.toOurs === undefined ? '' : factor(1 / peer.toOurs),
  ];
}

// One table per row, with a column for each size.
function everybody(lines: readonly Line[]): string[] {
  const [first] = lines as [Line];
  const columns = lines.map((line) => new Map(placesOf(line).map((place) => [place.subject, place])));
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  return [
    `### ${first.row}`,
    `${upperFirst(first.title)}: ${first.unit} per ${first.per}.`,
    tableOf(
      ['', ...lines.map(({ size, isRepetition, unit }) => (isRepetition ? unit : count(size)))],
      names.map((name) => [nameOf(columns, name), ...columns.map((column) => cell(column.get(name)))]),
    ),
  ];
}

function nameOf(columns: readonly ReadonlyMap<string, Place>[], name: string): string {
  const kind = columns.map((column) => column.get(name)?.kind).find((kind) => kind !== undefined);
  if (kind === 'ours') return `**${name}**`;
  return kind === 'floor' ? `*${name}*` : name;
}

function cell(place: Place | undefined): string {
  if (place === undefined) return '';
  const isComparable = place.toOurs !== undefined && place.kind !== 'ours';
  return isComparable ? `${value(place)} (${factor(place.toOurs as number)})` : value(place);
}

function rowsOf(lines: readonly Line[]): Line[][] {
  const rows = new Map<string, Line[]>();
  for (const line of lines) rows.set(line.row, [...(rows.get(line.row) ?? []), line]);
  return [...rows.values()];
}

export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.map(escaped).join(' | ')} |`).join('\n');
}

const escaped = (text: string): string => text.replaceAll('|', '\\|');

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
