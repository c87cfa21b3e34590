import type { PostgresConnection } from './connection.ts';
import { REFUSED, stateOf } from './errors.ts';
import { REVISION } from './sql/revision.ts';

const NO_SCHEMA = '3F000';
const NO_FUNCTION = '42883';
const NO_RIGHT = '42501';

/** What to do about an error that shows another schema or database than the one of the locks, or no right; else empty. */
export async function adviceOn(
  error: unknown,
  operation: string,
  connection: PostgresConnection,
  schema: string,
): Promise<string> {
  const state = stateOf(error);
  if (state === NO_RIGHT) return adviceOnRights(operation, schema);
  if (state !== NO_SCHEMA && state !== NO_FUNCTION && state !== REFUSED) return '';
  let revision = 0;
  try {
    const { rows } = await connection.query(`select "${schema}".revision()`, []);
    revision = Number(Object.values(rows[0] ?? {})[0]);
  } catch {
    // There is none.
  }
  if (revision > REVISION)
    return `. The schema "${schema}" has revision ${revision}, and this package knows ${REVISION}: update @valvekit/postgres`;
  return operation === 'fence'
    ? '. The transaction must be in the database of the locks, and begin after the lease'
    : `. Run "await locks.install()" as a role that may create the schema "${schema}", or the install.sql of the package`;
}

function adviceOnRights(operation: string, schema: string): string {
  return operation === 'install'
    ? `. Run it, or the install.sql of the package, as a role that owns the schema "${schema}" or may create it`
    : `. The role needs USAGE of the schema "${schema}" and EXECUTE of its functions`;
}
