import type { Things } from './subject.ts';

/** Thrown when a subject's result is wrong, which disqualifies it. */
export class Wrong extends Error {
  override get name(): string {
    return 'Wrong';
  }
}

/** Disqualifies the subject unless `condition` holds. */
export function mustHold(condition: boolean, otherwise: string): void {
  if (!condition) throw new Wrong(otherwise);
}

/** Does the work once. If it resolves to a number, that is time not to count, in ms; in rows of bytes, the result. */
export type Work = (size: number) => Promise<unknown>;

/** One row of the table: work for every subject that has the thing that it needs. */
export interface Row<Name extends keyof Things = keyof Things> {
  /** The workload and the row: `W1 lock`. */
  readonly id: string;
  readonly title: string;
  readonly thing: Name;
  /** The floors by name; ratios are to the first one. */
  readonly floors?: readonly string[];
  /** The numbers of operations. */
  readonly sizes: readonly number[];
  /** Whether the size is only the number of repetitions, and not part of the work. */
  readonly isRepetition?: true;
  /** The unit of work that the result is per. */
  readonly per: string;
  readonly unit?: 'bytes';
  /** Creates the work. It checks its result as it goes along, if that is cheap and costs the same for all. */
  prepare(thing: Things[Name], size: number): Work;
  /** Checks what the work cannot; is not timed, and not run for floors. */
  check?(thing: Things[Name]): Promise<void>;
}

/** Lets TypeScript check that a row gets the thing that it names. */
export function row<Name extends keyof Things>(row: Row<Name>): Row {
  return row as unknown as Row;
}
