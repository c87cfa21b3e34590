/** Asks for places: each is granted, waits, or is refused. */
export const ask: string = `-- The requests are id, permits, priority, place (0: new) and whether it joins, with spaces between all of them. Answers
-- the time, when the first hold ends, "ok" or "late", and for each request four words.
create or replace function {schema}.ask_v1(
  k text, size bigint, decides boolean, lasts bigint, spare bigint, late bigint, who text, counts boolean, name text,
  requests text, relaxed boolean
) returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
declare
  t bigint := {schema}.micros_v1();
  words text[] := string_to_array(requests, ' ');
  l {schema}.lock;
  h {schema}.hold;
  w {schema}.waiter;
  b record;
  before bigint;
  answer text;
  answers text[] := '{}';
  n integer := 1;
begin
  perform {schema}.durability_v1(relaxed);

  -- The usual case, in two statements: one request, its permits are free, nobody waits, and nothing has to be ended. In
  -- doubt, the rest decides.
  if array_length(words, 1) = 5 and (late = 0 or t <= late) then
    update {schema}.lock as lock set
      last = greatest(last + 1, t) + spare, used = used + words[2]::bigint, seen = t,
      soonest = case when soonest = 0 or t + lasts < soonest then t + lasts else soonest end
    where key = k and waiting = 0 and capacity = size and used + words[2]::bigint <= size and t >= seen
      and (soonest = 0 or t < soonest) and day = t / 86400000000
    returning * into l;
    if found then
      insert into {schema}.hold (key, id, permits, token, until, length, since, client, label)
        select k, words[1], words[2]::bigint, l.last - spare, t + lasts, lasts, t, who, name
        where not exists (select from {schema}.ended where key = k and id = words[1])
        on conflict do nothing;
      if found then
        return t || ' ' || l.soonest || ' ok granted ' || l.last - spare || ' ' || t + lasts || ' ' || lasts;
      end if;
      update {schema}.lock set used = used - words[2]::bigint where key = k;
    end if;
  end if;

  l := {schema}.enter_v1(k);
  -- Only now, because it may have had to wait.
  t := {schema}.micros_v1();
  if late > 0 and t > late then return t || ' ' || l.soonest || ' late'; end if;
  before := l.capacity;
  if decides or l.capacity < 0 then l.capacity := size; end if;
  l := {schema}.expire_v1(l, t);
  l := {schema}.drain_v1(l, t, l.capacity <> before);
  while n < array_length(words, 1) loop
    answer := null;
    select * into h from {schema}.hold where key = k and id = words[n];
    if found and not h.released then
      answer := ' granted ' || h.token || ' ' || h.until || ' ' || h.length;
    elsif found or exists (select from {schema}.ended where key = k and id = words[n]) then
      answer := ' gone 0 0 0';
    else
      update {schema}.waiter set alive = t + lasts where key = k and id = words[n];
      if not found then
        w.priority := words[n + 2]::double precision;
        w.place := words[n + 3]::bigint;
        if w.place = 0 then
          l.last := greatest(l.last + 1, t);
          w.place := l.last;
        end if;
        if l.used + words[n + 1]::bigint <= l.capacity and not (l.waiting > 0 and exists (
          select from {schema}.waiter as o where o.key = k and (o.priority > w.priority
            or o.priority = w.priority and (o.place, o.id) < (w.place, words[n]))))
        then
          b := {schema}.book_v1(l, t, words[n], words[n + 1]::bigint, lasts, spare, who, name);
          l := b.l;
          answer := ' granted ' || b.token || ' ' || t + lasts || ' ' || lasts;
        elsif words[n + 4] = '1' then
          insert into {schema}.waiter (key, id, place, permits, priority, alive, lease, range, counted, client, label)
            values (k, words[n], w.place, words[n + 1]::bigint, w.priority, t + lasts, lasts, spare, counts, who, name);
          l.waiting := l.waiting + 1;
        else
          answer := ' refused 0 0 0';
        end if;
      end if;
    end if;
    answers := array_append(answers, answer);
    n := n + 5;
  end loop;
  perform {schema}.leave_v1(l, t);
  answer := array_to_string(answers, '');
  if array_position(answers, null) > 0 then
    -- The others wait, in this order. Full, because such a join is never a nested loop.
    select string_agg(case when i > 0 then coalesce(said, ' waiting ' || place || ' ' || ahead || ' 0') end, '' order by i)
      into answer
      from unnest(answers) with ordinality as request(said, i) full join (
        select id, place, row_number() over (order by priority desc, place, id) - 1 as ahead
        from {schema}.waiter where key = k) as line on id = words[5 * i - 4];
  end if;
  -- What a fenced transaction keeps ends without a word: whoever waits for it looks again soon.
  return t || ' ' || case when l.soonest between 1 and t then t + 20000 else l.soonest end || ' ok' || answer;
end $body$;
`;
