import { type LocksOptions, requireThat } from '@valvekit/lease';

/** Options of a family of locks in PostgreSQL. */
export interface PostgresLocksOptions extends LocksOptions {
  /** The schema of the tables and functions: 1 to 63 of `A–Z a–z 0–9 _`, not beginning with a digit or `pg_`. Default `'valvekit'`. */
  schema?: string | undefined;
  /**
   * When an answer is given: once the change is on disk (`'commit'`, the default), also where `synchronous_commit` is off
   * for the role, or before (`'memory'`). The second is
   * faster; if the server crashes, it may forget the last half second.
   */
  durability?: 'commit' | 'memory' | undefined;
}

/** Checked options. */
export interface PostgresTerms {
  readonly schema: string;
  readonly isRelaxed: boolean;
}

/**
 * Checks the options that only PostgreSQL has.
 *
 * @throws {TypeError | RangeError} a bad option, naming it
 */
export function readPostgresOptions({
  schema = 'valvekit',
  durability = 'commit',
}: PostgresLocksOptions): PostgresTerms {
  requireThat(typeof schema === 'string', 'schema', 'a string', schema);
  const expected = 'of 1 to 63 of A-Z a-z 0-9 _, not beginning with a digit or pg_';
  requireThat(/^(?!pg_)[A-Za-z_]\w{0,62}$/.test(schema), 'schema', expected, schema, RangeError);
  requireThat(typeof durability === 'string', 'durability', 'a string', durability);
  const isKnown = durability === 'commit' || durability === 'memory';
  requireThat(isKnown, 'durability', '"commit" or "memory"', durability, RangeError);
  return { schema, isRelaxed: durability === 'memory' };
}
