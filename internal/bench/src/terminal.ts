import { stderr } from 'node:process';
import { factor, heading, value } from './format.ts';
import { type Goal, judged } from './goal.ts';
import type { Line } from './results.ts';
import { placesOf } from './standing.ts';

/** The current activity: a line that replaces itself, on terminals only. */
export const progress = {
  show(text: string): void {
    if (stderr.isTTY) stderr.write(`\r\u001B[K${text.slice(0, stderr.columns - 1)}`);
  },
  clear(): void {
    progress.show('');
  },
};

/** All results of a line. */
export function table(line: Line): string {
  const places = placesOf(line);
  const names = places.map(({ subject }) => subject.length);
  const width = Math.max(heading(line).length, ...names);
  const rows = places.map((place) =>
    [
      place.subject.padEnd(width),
      value(place).padStart(12),
      optional(place.toFloor).padStart(10),
      optional(place.toOurs).padStart(10),
    ].join(' '),
  );
  const head = [heading(line).padEnd(width), line.unit.padStart(12), 'vs floor'.padStart(10), 'vs ours'.padStart(10)];
  return [head.join(' '), ...rows].map((row) => row.trimEnd()).join('\n');
}

/** Which of the measured goals are met; or what has changed since a commit. */
export function summary(goals: readonly Goal[], lines: readonly Line[]): string {
  const changes = lines.flatMap((line) =>
    placesOf(line)
      .filter(({ kind }) => kind === 'before')
      .map(({ subject, toOurs }) => `${heading(line)}: ${optional(toOurs && 1 / toOurs)} ${subject}`),
  );
  if (changes.length > 0) return changes.join('\n');
  return judged(goals, lines)
    .map(({ text, isMet, measured }) => `${isMet ? 'met     ' : 'NOT MET '} ${text} – measured: ${measured}`)
    .join('\n');
}

const optional = (ratio: number | undefined): string => (ratio === undefined ? '' : factor(ratio));
