import type { Line } from './results.ts';
import type { Place } from './standing.ts';

/** A whole number, with separators. */
export const count = (value: number): string => value.toLocaleString('en');

/** Three significant digits. */
export const number = (value: number): string => (value >= 100 ? count(Math.round(value)) : value.toPrecision(3));

export const factor = (value: number): string => `${number(value)} ×`;

/** `W3 contended, 10,000`. */
export const heading = ({ row, size, isRepetition }: Line): string => (isRepetition ? row : `${row}, ${count(size)}`);

/** The measured value, or the reason why there is none. */
export function value(place: Place): string {
  if (place.wrong !== undefined) return `wrong: ${place.wrong}`;
  if (place.atLeast !== undefined) return `> ${number(place.atLeast)}`;
  return place.value === undefined ? 'took too long' : number(place.value);
}
