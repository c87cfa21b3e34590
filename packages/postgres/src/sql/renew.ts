/** Makes holds longer, or lowers their permits. */
export const renew: string = `-- A hold whose time is over but that nobody has taken is kept. A lease or permits of 0: as before.
create or replace function {schema}.renew_v1(k text, lasts bigint, wants bigint, ids text, relaxed boolean)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
declare
  t bigint;
  l {schema}.lock;
  h {schema}.hold;
  i text;
  answer text := '';
begin
  perform {schema}.durability_v1(relaxed);
  l := {schema}.enter_v1(k);
  t := {schema}.micros_v1();
  foreach i in array string_to_array(ids, ' ') loop
    select * into h from {schema}.hold where key = k and id = i and not released;
    if found then
      if wants > 0 then
        h.lowered := wants;
        l.soonest := t;
      end if;
      if lasts > 0 then
        h.until := t + lasts;
        h.length := lasts;
      end if;
      update {schema}.hold set lowered = h.lowered, until = h.until, length = h.length where key = k and id = i;
      answer := answer || ' 1';
    else
      answer := answer || ' 0';
    end if;
  end loop;
  l := {schema}.expire_v1(l, t);
  l := {schema}.drain_v1(l, t, false);
  if wants > 0 then perform {schema}.look_v1(l, t); end if;
  perform {schema}.leave_v1(l, t);
  return t || ' ' || l.soonest || answer;
end $body$;
`;
