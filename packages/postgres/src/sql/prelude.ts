/** What the operations share: the lock's row, and what changes its state. */
export const prelude: string = `-- When the transaction is answered: before it is on disk if relaxed, else after, whatever the session has set.
create or replace function {schema}.durability_v1(relaxed boolean) returns void language plpgsql volatile as $body$
begin
  if relaxed then
    perform set_config('synchronous_commit', 'off', true);
  elsif current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'local', true);
  end if;
end $body$;

-- The row of a lock, made if it is not there, and locked: one operation at a time.
create or replace function {schema}.enter_v1(k text) returns {schema}.lock language plpgsql volatile as $body$
declare
  l {schema}.lock;
  old {schema}.lock;
  t bigint;
begin
  loop
    select * into l from {schema}.lock where key = k for update;
    if found then return l; end if;
    t := {schema}.micros_v1();
    -- For each new lock at most two old ones go, so that the table does not grow and nobody waits for a big clean-up.
    for old in
      select * from {schema}.lock where day < t / 86400000000 - 1 order by day limit 2 for update skip locked
    loop
      -- Its processes may have crashed. No lease is as long.
      old := {schema}.drain_v1({schema}.expire_v1(old, t), t, true);
      if old.used = 0 and old.waiting = 0 then
        delete from {schema}.lock where key = old.key;
      else
        -- A fenced transaction keeps it.
        perform {schema}.leave_v1(old, t);
      end if;
    end loop;
    insert into {schema}.lock (key, day) values (k, t / 86400000000) on conflict do nothing;
  end loop;
end $body$;

create or replace function {schema}.leave_v1(l {schema}.lock, t bigint) returns void language plpgsql volatile as $body$
begin
  update {schema}.lock set last = l.last, used = l.used, capacity = l.capacity, soonest = l.soonest,
    seen = t, waiting = l.waiting, day = t / 86400000000
  where key = l.key;
end $body$;

-- Ends the holds whose time is over, or that were released while a fenced transaction was open, and lowers the permits of
-- others. What such a transaction still has locked is skipped, and looked at again by every call.
create or replace function {schema}.expire_v1(inout l {schema}.lock, t bigint) language plpgsql volatile as $body$
declare
  h record;
begin
  if l.soonest = 0 or (t < l.soonest and t >= l.seen) then return; end if;
  -- A hold that ends farther away than it is long shows that the clock went back.
  update {schema}.hold set until = t + length where key = l.key and until - t > length;
  for h in
    select id, permits, lowered, until, client, released from {schema}.hold
    where key = l.key and (lowered > 0 or released or until <= t) for update skip locked
  loop
    if h.released or h.until <= t then
      delete from {schema}.hold where key = l.key and id = h.id;
      l.used := l.used - h.permits;
      if not h.released then perform {schema}.tell_v1(h.client, 'taken ' || h.id || ' ' || l.key); end if;
    else
      update {schema}.hold set permits = h.lowered, lowered = 0 where key = l.key and id = h.id;
      l.used := l.used + h.lowered - h.permits;
    end if;
  end loop;
  select coalesce(min(case when lowered > 0 or released or until <= t then t else until end), 0)
    into l.soonest from {schema}.hold where key = l.key;
end $body$;

-- Nobody hears of the end of a fenced transaction. So whoever is first in line is told to ask, and asks again until then.
create or replace function {schema}.look_v1(l {schema}.lock, t bigint) returns void language plpgsql volatile as $body$
begin
  if l.waiting = 0 or l.soonest = 0 or l.soonest > t then return; end if;
  perform {schema}.tell_v1(client, 'look ' || id || ' ' || l.key) from (
    select client, id from {schema}.waiter where key = l.key order by priority desc, place, id limit 1) as head;
end $body$;

create or replace function {schema}.book_v1(
  inout l {schema}.lock, t bigint, i text, wants bigint, lasts bigint, spare bigint, who text, name text, out token bigint
) language plpgsql volatile as $body$
begin
  token := greatest(l.last + 1, t);
  l.last := token + spare;
  l.used := l.used + wants;
  if l.soonest = 0 or t + lasts < l.soonest then l.soonest := t + lasts; end if;
  insert into {schema}.hold (key, id, permits, token, until, length, since, client, label)
    values (l.key, i, wants, token, t + lasts, lasts, t, who, name);
end $body$;

-- Grants to the head of the line as long as its permits are free. Looks at the head even if nothing is free, if the
-- capacity has changed: the head may have become impossible.
create or replace function {schema}.drain_v1(inout l {schema}.lock, t bigint, resized boolean)
language plpgsql volatile as $body$
declare
  w {schema}.waiter;
  b record;
  lasts bigint;
begin
  while l.waiting > 0 and (resized or l.used < l.capacity) loop
    -- In one scan: each would pass over all that has been deleted.
    for w in
      select * from {schema}.waiter where key = l.key order by priority desc, place, id
      limit greatest(l.capacity - l.used, 1)
    loop
      if w.alive - t > w.lease then
        -- The clock went back.
        w.alive := t + w.lease;
        update {schema}.waiter set alive = w.alive where key = l.key and id = w.id;
      end if;
      if w.alive <= t or (w.counted and {schema}.is_gone_v1(w.client)) then
        delete from {schema}.waiter where key = l.key and id = w.id;
        l.waiting := l.waiting - 1;
      elsif l.capacity > 0 and w.permits > l.capacity then
        delete from {schema}.waiter where key = l.key and id = w.id;
        l.waiting := l.waiting - 1;
        perform {schema}.tell_v1(w.client, 'refused ' || w.id || ' ' || l.capacity || ' ' || l.key);
      elsif l.used + w.permits > l.capacity then
        return;
      else
        delete from {schema}.waiter where key = l.key and id = w.id;
        l.waiting := l.waiting - 1;
        lasts := least(w.lease, 3000000);
        b := {schema}.book_v1(l, t, w.id, w.permits, lasts, w.range, w.client, w.label);
        l := b.l;
        perform {schema}.tell_v1(w.client,
          'granted ' || w.id || ' ' || b.token || ' ' || t + lasts || ' ' || lasts || ' ' || l.key);
      end if;
    end loop;
    if not found then l.waiting := 0; end if;
  end loop;
end $body$;
`;
