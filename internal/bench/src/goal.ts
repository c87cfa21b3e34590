import { count, factor, number } from './format.ts';
import type { Line } from './results.ts';
import { oursIn, type Place, placesOf } from './standing.ts';

/** A goal for valvekit. */
export interface Goal {
  /** Also the key of the reason why the goal is not met. */
  readonly name: string;
  readonly text: string;
  judge(lines: readonly Line[]): Judgement;
}

/** Whether the goal is met; undefined if the run did not measure enough to tell. */
interface Judgement {
  readonly isMet: boolean | undefined;
  readonly measured: string;
}

/** A goal that the run has measured. */
export type Judged = Goal & { readonly isMet: boolean; readonly measured: string };

/** The goals that a run has measured. */
export function judged(goals: readonly Goal[], lines: readonly Line[]): Judged[] {
  return goals.flatMap((goal) => {
    const { isMet, measured } = goal.judge(lines);
    return isMet === undefined ? [] : [{ ...goal, isMet, measured }];
  });
}

/**
 * At most `most` times the floor.
 *
 * @param except - the sizes at which it may be another factor
 */
export function floor(row: string, most: number, except: Readonly<Record<number, number>> = {}): Goal {
  const exceptions = Object.entries(except).map(([size, other]) => `, ${other} × at ${count(Number(size))}`);
  return atEachSize(`${row}: floor`, `at most ${most} × the floor${exceptions.join('')}`, row, (line) => {
    const value = oursIn(line)?.toFloor;
    return value === undefined
      ? unknown(line)
      : { isMet: value <= (except[line.size] ?? most), measured: factor(value) };
  });
}

/** At most `most` times as long as in another row, with as many operations. */
export function withinRow(row: string, other: string, most: number): Goal {
  return {
    name: `${row}: within ${other}`,
    text: `${row}: at most ${most} × ${other}`,
    judge(lines) {
      const [value, base] = [row, other].map((name) => {
        const line = linesOf(lines, name)[0];
        return line && oursIn(line)?.value;
      });
      if (value === undefined || base === undefined) return NOT_MEASURED;
      return { isMet: value / base <= most, measured: factor(value / base) };
    },
  };
}

/** At most `most` bytes. */
export function bytes(row: string, most: number): Goal {
  return atEachSize(`${row}: bytes`, `at most ${count(most)} bytes`, row, (line) => {
    const value = oursIn(line)?.value;
    return value === undefined ? unknown(line) : { isMet: value <= most, measured: number(value) };
  });
}

/** The peers that a goal is about, in words and by name. */
export interface Peers {
  readonly who: string;
  includes(peer: string): boolean;
}

/** Each of the peers takes at least `by` times as long as valvekit; disqualified peers do not count. */
export function ahead(row: string, by: number, { who, includes }: Peers, size?: number): Goal {
  const text = by === 1 ? `ahead of ${who}` : `ahead of ${who} by a factor of ${by}`;
  return atEachSize(
    `${row}: ahead of ${who}`,
    text,
    row,
    (line) => {
      const nearest = placesOf(line).find(
        ({ kind, subject, toOurs }) => kind === 'peer' && toOurs !== undefined && includes(subject),
      );
      if (nearest === undefined) return unknown(line);
      const { subject, toOurs = Number.NaN, atLeast } = nearest;
      const measured = `${subject} takes ${atLeast === undefined ? '' : 'more than '}${factor(toOurs)} ours`;
      return { isMet: toOurs >= by, measured };
    },
    size,
  );
}

/** No peer is more than `percent` per cent faster. */
export function notBehind(row: string, percent: number): Goal {
  const everybody = { who: 'every peer', includes: () => true };
  const { judge } = ahead(row, 1 / (1 + percent / 100), everybody);
  return { name: `${row}: not behind`, text: `${row}: no peer ahead by more than ${percent} %`, judge };
}

/** At most `most` times as long as one peer. */
export function within(row: string, peer: string, most: number): Goal {
  return atEachSize(`${row}: within ${peer}`, `at most ${most} × ${peer}`, row, (line) => {
    const toOurs = placesOf(line).find(({ subject }) => subject === peer)?.toOurs;
    if (toOurs === undefined) return unknown(line);
    return { isMet: 1 / toOurs <= most, measured: factor(1 / toOurs) };
  });
}

/**
 * The time per operation at the larger size is at most `most` times that at the smaller size.
 *
 * @param isMemoryAllowed - whether to discount the growth of the floor, which does the same work per waiter however many
 *   there are: its growth is the cost of memory
 */
export function flat(row: string, smaller: number, larger: number, most: number, isMemoryAllowed = false): Goal {
  const allowance = isMemoryAllowed ? ', not counting the growth of the floor' : '';
  return {
    name: `${row}: flat`,
    text: `${row}: per operation, at ${count(larger)} at most ${most} × as long as at ${count(smaller)}${allowance}`,
    judge(lines) {
      const at = (size: number): Place | undefined => {
        const line = linesOf(lines, row, size)[0];
        return line && oursIn(line);
      };
      const few = at(smaller);
      const many = at(larger);
      if (few?.value === undefined || many?.value === undefined) return NOT_MEASURED;
      const grown = many.value / few.value;
      if (!isMemoryAllowed) return { isMet: grown <= most, measured: factor(grown) };
      if (few.toFloor === undefined || many.toFloor === undefined) return NOT_MEASURED;
      const beyondFloor = many.toFloor / few.toFloor;
      return { isMet: beyondFloor <= most, measured: `${factor(grown)}, ${factor(beyondFloor)} relative to the floor` };
    },
  };
}

/** It finishes with the right result. */
export function right(row: string, size: number): Goal {
  return atEachSize(
    `${row}: right`,
    `right for ${count(size)}`,
    row,
    (line) => (oursIn(line) === undefined ? unknown(line) : { isMet: true, measured: 'right' }),
    size,
  );
}

const NOT_MEASURED: Judgement = { isMet: undefined, measured: 'not measured' };

function atEachSize(
  name: string,
  text: string,
  row: string,
  judgeLine: (line: Line) => Judgement,
  size?: number,
): Goal {
  return {
    name,
    text: `${row}: ${text}`,
    judge(lines) {
      const judged = linesOf(lines, row, size).map((line) => ({ size: line.size, ...judgeLine(line) }));
      if (judged.length === 0) return NOT_MEASURED;
      const isUnknown = judged.every(({ isMet }) => isMet === undefined);
      return {
        isMet: isUnknown ? undefined : judged.every(({ isMet }) => isMet !== false),
        measured: judged
          .map(({ size, measured }) => (judged.length === 1 ? measured : `${measured} (${count(size)})`))
          .join(', '),
      };
    },
  };
}

function linesOf(lines: readonly Line[], row: string, size?: number): Line[] {
  return lines.filter((line) => line.row === row && (size === undefined || line.size === size));
}

// Nothing to compare with; or valvekit itself is disqualified, and then the goal is not met.
function unknown(line: Line): Judgement {
  const ours = placesOf(line).find(({ kind }) => kind === 'ours');
  if (ours?.wrong !== undefined) return { isMet: false, measured: `wrong: ${ours.wrong}` };
  if (ours?.stopped !== undefined) return { isMet: false, measured: 'took too long' };
  return NOT_MEASURED;
}
