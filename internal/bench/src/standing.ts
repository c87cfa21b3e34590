import type { Line, Measurement } from './results.ts';
import { median, ratio } from './statistics.ts';

/** A measurement compared with the others of its line. */
export interface Place extends Measurement {
  /** The median of the rounds; undefined if it is disqualified or was stopped. */
  readonly value?: number;
  /** The minimum, if it was stopped. */
  readonly atLeast?: number;
  /** The ratio to the line's first floor. */
  readonly toFloor?: number;
  /** The ratio to valvekit; the minimum if it was stopped. */
  readonly toOurs?: number;
}

/** All measurements of a line: floors first, then in ascending order, then those without a result. */
export function placesOf(line: Line): Place[] {
  const floor = line.measurements.find(({ kind }) => kind === 'floor');
  const ours = line.measurements.find(({ kind }) => kind === 'ours');
  const places = line.measurements.map((measurement) => placeOf(measurement, line, floor, ours));
  return places.sort((a, b) => rank(a) - rank(b));
}

/** The place of valvekit, unless it was not measured or is disqualified. */
export function oursIn(line: Line): Place | undefined {
  return placesOf(line).find(({ kind, value }) => kind === 'ours' && value !== undefined);
}

/** The fastest peer; disqualified peers do not count. */
export function bestPeerIn(line: Line): Place | undefined {
  return placesOf(line).find(({ kind, value }) => kind === 'peer' && value !== undefined);
}

function placeOf(
  measurement: Measurement,
  { size, unit }: Line,
  floor: Measurement | undefined,
  ours: Measurement | undefined,
): Place {
  const { wrong, stopped, rounds } = measurement;
  if (wrong !== undefined) return measurement;
  if (stopped !== undefined) {
    if (unit === 'bytes') return measurement;
    const atLeast = (stopped * 1e6) / size;
    return { ...measurement, atLeast, ...(counts(ours) && { toOurs: atLeast / median(ours.rounds) }) };
  }
  if (rounds.length === 0) return measurement;
  return {
    ...measurement,
    value: median(rounds),
    ...(counts(floor) && { toFloor: ratio(rounds, floor.rounds) }),
    ...(counts(ours) && { toOurs: ratio(rounds, ours.rounds) }),
  };
}

function counts(measurement: Measurement | undefined): measurement is Measurement {
  if (measurement === undefined) return false;
  return measurement.wrong === undefined && measurement.stopped === undefined && measurement.rounds.length > 0;
}

const LAST = Number.MAX_VALUE;

// By the ratio if there is one, because that is what the tables show.
function rank({ kind, toOurs, value, atLeast }: Place): number {
  return kind === 'floor' ? -1 : (toOurs ?? value ?? atLeast ?? LAST);
}
