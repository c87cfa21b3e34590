import type { Things } from './subject.ts';

/** A subject whose result isn't right: it is disqualified. */
export class Wrong extends Error {
  override get name(): string {
    return 'Wrong';
  }
}

/** Disqualifies whoever is measured unless `condition` holds. */
export function mustHold(condition: boolean, otherwise: string): void {
  if (!condition) throw new Wrong(otherwise);
}

/** Does the work once. A number that it resolves to is time that doesn't count, in ms; in rows of bytes, the result. */
export type Work = (size: number) => Promise<unknown>;

/** One row of the table: some work, done by every subject that has the thing it needs. */
export interface Row<Name extends keyof Things = keyof Things> {
  /** `W1 lock`: the workload, and which of its rows. */
  readonly id: string;
  readonly title: string;
  readonly thing: Name;
  /** The floors by name; ratios are to the first. */
  readonly floors?: readonly string[];
  /** How many operations the work consists of. */
  readonly sizes: readonly number[];
  /** The size is only how often it is repeated, and says nothing about the work. */
  readonly isRepetition?: true;
  /** What the result is for one of. */
  readonly per: string;
  readonly unit?: 'bytes';
  /** Makes the work. It checks its result as it goes along if that costs little and the same for all. */
  prepare(thing: Things[Name], size: number): Work;
  /** Checks what the work can't; isn't timed, and isn't asked of floors. */
  check?(thing: Things[Name]): Promise<void>;
}

/** Only lets TypeScript see that a row gets the thing that it names. */
export function row<Name extends keyof Things>(row: Row<Name>): Row {
  return row as unknown as Row;
}
