/** Ends holds and waits. */
export const release: string = `-- The words are id and whether a copy of its request may still arrive, which must find that it has ended. Answers the
-- time, when the first hold ends, and for each id whether it was known.
create or replace function {schema}.release_v1(k text, ids text, relaxed boolean)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
declare
  t bigint;
  words text[] := string_to_array(ids, ' ');
  l {schema}.lock;
  freed bigint;
  known boolean;
  answer text := '';
  n integer := 1;
begin
  perform {schema}.durability_v1(relaxed);

  -- The usual case: one hold, nobody waits, and nothing has to be ended or remembered. In doubt, the rest decides.
  if words[2] = '0' and words[3] is null then
    t := {schema}.micros_v1();
    select permits into freed from {schema}.hold where key = k and id = words[1];
    if found then
      update {schema}.lock set used = used - freed, seen = t, soonest = case when used = freed then 0 else soonest end
        where key = k and waiting = 0 and t >= seen and t < soonest
        returning soonest into l.soonest;
      if found then
        delete from {schema}.hold where permits = freed and ctid = (
          select ctid from {schema}.hold where key = k and id = words[1] for update skip locked);
        if found then return t || ' ' || l.soonest || ' 1'; end if;
        update {schema}.lock set used = used + freed, soonest = t where key = k;
      end if;
    end if;
  end if;

  l := {schema}.enter_v1(k);
  t := {schema}.micros_v1();
  while n < array_length(words, 1) loop
    known := true;
    -- A fenced transaction keeps what it has locked until it ends.
    select permits into freed from {schema}.hold where key = k and id = words[n] for update skip locked;
    if found then
      delete from {schema}.hold where key = k and id = words[n];
      l.used := l.used - freed;
    else
      update {schema}.hold set released = true where key = k and id = words[n];
      if found then
        l.soonest := t;
      else
        delete from {schema}.waiter where key = k and id = words[n];
        known := found;
        if found then l.waiting := l.waiting - 1; end if;
      end if;
    end if;
    if words[n + 1] = '1' then
      delete from {schema}.ended where ended.at < t - 3600000000;
      insert into {schema}.ended values (k, words[n], known, t) on conflict do nothing;
      select ended.known into known from {schema}.ended where key = k and id = words[n];
    end if;
    answer := answer || case when known then ' 1' else ' 0' end;
    n := n + 2;
  end loop;
  if l.used = 0 then l.soonest := 0; end if;
  l := {schema}.expire_v1(l, t);
  l := {schema}.drain_v1(l, t, false);
  perform {schema}.look_v1(l, t);
  perform {schema}.leave_v1(l, t);
  return t || ' ' || l.soonest || answer;
end $body$;
`;
