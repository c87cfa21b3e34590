/** The holders, and the number of waiters. */
export const state: string = `create or replace function {schema}.state_v1(k text)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
begin
  return (select json_build_object(
    'waiting', (select count(*) from {schema}.waiter where key = k),
    'holders', (
      select coalesce(json_agg(json_build_array(permits, token, since, until, label) order by token), '[]')
      from {schema}.hold where key = k and until > {schema}.micros_v1())
  )::text);
end $body$;
`;
