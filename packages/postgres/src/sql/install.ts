import { ask } from './ask.ts';
import { fence } from './fence.ts';
import { prelude } from './prelude.ts';
import { release } from './release.ts';
import { renew } from './renew.ts';
import { REVISION } from './revision.ts';
import { state } from './state.ts';
import { surroundings } from './surroundings.ts';
import { tables } from './tables.ts';

/** The functions that a client calls. */
const FUNCTIONS: readonly string[] = [
  'ask_v1(text, bigint, boolean, bigint, bigint, bigint, text, boolean, text, text, boolean)',
  'release_v1(text, text, boolean)',
  'renew_v1(text, bigint, bigint, text, boolean)',
  'state_v1(text)',
  'fence_v1(text, text)',
  'refuse_v1()',
  'revision()',
];

/**
 * One statement that makes the schema, or upgrades it, so that it happens as a whole or not at all, whatever sends it.
 *
 * @param schema - a name of letters, digits and underscores
 */
export function installation(schema: string): string {
  const text = `do $install$
declare
  present integer;
  callers oid[];
  caller oid;
  f text;
begin
  -- Nothing to say about what is there already.
  perform set_config('client_min_messages', 'warning', true);
  if current_setting('server_version_num')::integer < 150000 then
    raise exception 'PostgreSQL 15 or later is needed' using errcode = 'VKL02';
  end if;
  -- One at a time.
  perform pg_advisory_xact_lock(hashtextextended('valvekit install {schema}', 0));
  if to_regnamespace('{schema}') is null then create schema {schema}; end if;
  if to_regprocedure('{schema}.revision()') is not null then
    execute 'select {schema}.revision()' into present;
    if present > ${REVISION} and to_regprocedure('{schema}.${FUNCTIONS[0]}') is null then
      raise exception 'The schema {schema} has revision %, and this package knows ${REVISION}', present using errcode = 'VKL03';
    end if;
    -- Also for a role that may use the schema, and not change it.
    if present >= ${REVISION} then return; end if;
    select array_agg(a.grantee) into callers
      from pg_proc, aclexplode(proacl) as a where oid = to_regprocedure('{schema}.revision()') and a.grantee <> proowner;
  end if;

${[tables, surroundings, prelude, ask, release, renew, state, fence].join('\n')}
create or replace function {schema}.revision() returns integer language sql immutable as $body$ select ${REVISION} $body$;

  -- Whoever may call one of the functions may call all of them; at first that is nobody but the owner.
  foreach f in array array[${FUNCTIONS.map((name) => `'${name}'`).join(', ')}] loop
    execute 'revoke all on function {schema}.' || f || ' from public';
    foreach caller in array coalesce(callers, '{}') loop
      execute 'grant execute on function {schema}.' || f || ' to ' ||
        case caller when 0 then 'public' else quote_ident(pg_get_userbyid(caller)) end;
    end loop;
  end loop;
end $install$;
`;
  return text.replaceAll('{schema}', `"${schema}"`);
}
