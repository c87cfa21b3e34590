import type { Line, Measurement } from './results.ts';
import { median, ratio } from './statistics.ts';

/** A measurement beside the others of its line. */
export interface Place extends Measurement {
  /** The median of the rounds; undefined for who is disqualified or was stopped. */
  readonly value?: number;
  /** What it takes at the least, for who was stopped. */
  readonly atLeast?: number;
  /** How many times the line's first floor. */
  readonly toFloor?: number;
  /** How many times ours; for who was stopped, at the least. */
  readonly toOurs?: number;
}

/** Everybody in a line: floors first, then from the fastest or smallest on, then those who have no result. */
export function placesOf(line: Line): Place[] {
  const floor = line.measurements.find(({ kind }) => kind === 'floor');
  const ours = line.measurements.find(({ kind }) => kind === 'ours');
  const places = line.measurements.map((measurement) => placeOf(measurement, line, floor, ours));
  return places.sort((a, b) => rank(a) - rank(b));
}

/** Ours, unless it was not measured or is disqualified. */
export function oursIn(line: Line): Place | undefined {
  return placesOf(line).find(({ kind, value }) => kind === 'ours' && value !== undefined);
}

/** The fastest peer; those who are disqualified don't count. */
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

// By the ratio, if there is one: that is what is compared.
function rank({ kind, toOurs, value, atLeast }: Place): number {
  return kind === 'floor' ? -1 : (toOurs ?? value ?? atLeast ?? LAST);
}
