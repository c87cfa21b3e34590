import type { Kind } from './subjects.ts';

/** What was seen of one subject in one row at one size. */
export interface Measurement {
  readonly subject: string;
  readonly kind: Kind;
  /** Nanoseconds (or bytes) for each operation: the median of the samples of each round. */
  readonly rounds: readonly number[];
  /** The best sample of all. */
  readonly least?: number;
  /** Why it is disqualified. */
  readonly wrong?: string;
  /** It was stopped after so many milliseconds. */
  readonly stopped?: number;
}

/** One row at one size. */
export interface Line {
  readonly workload: string;
  readonly row: string;
  readonly title: string;
  readonly size: number;
  /** The size is only how often it was repeated. */
  readonly isRepetition: boolean;
  readonly per: string;
  readonly unit: 'ns' | 'bytes';
  readonly measurements: readonly Measurement[];
}

/** Everything that one run has seen. */
export interface Results {
  readonly date: string;
  readonly command: string;
  readonly cpu: string;
  readonly cores: number;
  readonly runtime: string;
  readonly rounds: number;
  readonly lines: readonly Line[];
  /** The goals as they were judged; reports judge them anew. */
  readonly goals: readonly { name: string; isMet: boolean; measured: string }[];
}

/** As JSON that people can read, too: lists of numbers on one line. */
export function jsonOf(results: Results): string {
  const json = JSON.stringify(results, undefined, 2);
  const compact = json.replace(/\[\n[\s\d.,]+\]/g, (list) => JSON.stringify(JSON.parse(list)).replaceAll(',', ', '));
  return `${compact}\n`;
}
