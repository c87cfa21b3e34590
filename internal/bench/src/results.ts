import type { Kind } from './subjects.ts';

/** The result of one subject in one row at one size. */
export interface Measurement {
  readonly subject: string;
  readonly kind: Kind;
  /** Nanoseconds (or bytes) per operation: the median of the samples of each round. */
  readonly rounds: readonly number[];
  /** The best sample of all. */
  readonly least?: number;
  /** The reason why it is disqualified. */
  readonly wrong?: string;
  /** The number of milliseconds after which it was stopped. */
  readonly stopped?: number;
}

/** One row at one size. */
export interface Line {
  readonly workload: string;
  readonly row: string;
  readonly title: string;
  readonly size: number;
  /** Whether the size is only the number of repetitions. */
  readonly isRepetition: boolean;
  readonly per: string;
  readonly unit: 'ns' | 'bytes';
  readonly measurements: readonly Measurement[];
}

/** All results of one run. */
export interface Results {
  readonly date: string;
  readonly command: string;
  readonly cpu: string;
  readonly cores: number;
  readonly runtime: string;
  readonly rounds: number;
  readonly lines: readonly Line[];
  /** The goals as judged at the time; reports judge them again. */
  readonly goals: readonly { name: string; isMet: boolean; measured: string }[];
}

/** Readable JSON: lists of numbers are on one line. */
export function jsonOf(results: Results): string {
  const json = JSON.stringify(results, undefined, 2);
  const compact = json.replace(/\[\n[\s\d.,]+\]/g, (list) => JSON.stringify(JSON.parse(list)).replaceAll(',', ', '));
  return `${compact}\n`;
}
