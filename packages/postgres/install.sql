-- Makes or upgrades the schema of @valvekit/postgres, as locks.install() does: one statement, made of src/sql.
-- Another name of the schema: replace "valvekit", with its quotes.
do $install$
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
  perform pg_advisory_xact_lock(hashtextextended('valvekit install "valvekit"', 0));
  if to_regnamespace('"valvekit"') is null then create schema "valvekit"; end if;
  if to_regprocedure('"valvekit".revision()') is not null then
    execute 'select "valvekit".revision()' into present;
    if present > 1 and to_regprocedure('"valvekit".ask_v1(text, bigint, boolean, bigint, bigint, bigint, text, boolean, text, text, boolean)') is null then
      raise exception 'The schema "valvekit" has revision %, and this package knows 1', present using errcode = 'VKL03';
    end if;
    -- Also for a role that may use the schema, and not change it.
    if present >= 1 then return; end if;
    select array_agg(a.grantee) into callers
      from pg_proc, aclexplode(proacl) as a where oid = to_regprocedure('"valvekit".revision()') and a.grantee <> proowner;
  end if;

create table if not exists "valvekit".lock (
  key text collate "C" primary key,
  last bigint not null default 0,      -- the last token or place
  used bigint not null default 0,      -- permits in use
  capacity bigint not null default -1, -- -1: nobody has said it
  soonest bigint not null default 0,   -- when the first hold ends; 0: nobody holds
  seen bigint not null default 0,      -- the last time seen
  waiting bigint not null default 0,
  day integer not null default 0       -- of the last use; what has not been used for a day may be forgotten
) with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index if not exists lock_day on "valvekit".lock (day);

create table if not exists "valvekit".hold (
  key text collate "C",
  id text collate "C",
  permits bigint not null,
  token bigint not null,
  until bigint not null,
  length bigint not null,
  since bigint not null,
  released boolean not null default false, -- by its holder, while a fenced transaction is open
  lowered bigint not null default 0,       -- to how many permits, as soon as no fenced transaction is open; 0: to none
  client text not null,
  label text not null,
  primary key (key, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

create table if not exists "valvekit".waiter (
  key text collate "C",
  id text collate "C",
  place bigint not null,
  permits bigint not null,
  priority double precision not null,
  alive bigint not null,               -- until when it counts as alive
  lease bigint not null,
  range bigint not null,
  counted boolean not null,            -- whether a lock of its session shows that it lives
  client text not null,
  label text not null,
  primary key (key, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index if not exists waiter_line on "valvekit".waiter (key, priority desc, place, id);

-- Requests that ended while a copy of them could still arrive.
create table if not exists "valvekit".ended (
  key text collate "C",
  id text collate "C",
  known boolean not null,
  at bigint not null,
  primary key (key, id)
);
create index if not exists ended_at on "valvekit".ended (at);

-- The time of the server, in microseconds.
create or replace function "valvekit".micros_v1() returns bigint language sql volatile as $body$
  select (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) * 1000000)::bigint
$body$;

-- Whether nobody listens for a client: its session holds this lock for as long as it lives. Shared, so that two that ask at
-- the same time do not take each other for the session.
create or replace function "valvekit".is_gone_v1(client text) returns boolean language sql volatile as $body$
  select pg_catalog.pg_try_advisory_xact_lock_shared(pg_catalog.hashtextextended('valvekit_' || client, 0))
$body$;

create or replace function "valvekit".tell_v1(client text, what text) returns void language sql volatile as $body$
  select pg_catalog.pg_notify('valvekit_' || client, what)
$body$;

-- When the transaction is answered: before it is on disk if relaxed, else after, whatever the session has set.
create or replace function "valvekit".durability_v1(relaxed boolean) returns void language plpgsql volatile as $body$
begin
  if relaxed then
    perform set_config('synchronous_commit', 'off', true);
  elsif current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'local', true);
  end if;
end $body$;

-- The row of a lock, made if it is not there, and locked: one operation at a time.
create or replace function "valvekit".enter_v1(k text) returns "valvekit".lock language plpgsql volatile as $body$
declare
  l "valvekit".lock;
  old "valvekit".lock;
  t bigint;
begin
  loop
    select * into l from "valvekit".lock where key = k for update;
    if found then return l; end if;
    t := "valvekit".micros_v1();
    -- For each new lock at most two old ones go, so that the table does not grow and nobody waits for a big clean-up.
    for old in
      select * from "valvekit".lock where day < t / 86400000000 - 1 order by day limit 2 for update skip locked
    loop
      -- Its processes may have crashed. No lease is as long.
      old := "valvekit".drain_v1("valvekit".expire_v1(old, t), t, true);
      if old.used = 0 and old.waiting = 0 then
        delete from "valvekit".lock where key = old.key;
      else
        -- A fenced transaction keeps it.
        perform "valvekit".leave_v1(old, t);
      end if;
    end loop;
    insert into "valvekit".lock (key, day) values (k, t / 86400000000) on conflict do nothing;
  end loop;
end $body$;

create or replace function "valvekit".leave_v1(l "valvekit".lock, t bigint) returns void language plpgsql volatile as $body$
begin
  update "valvekit".lock set last = l.last, used = l.used, capacity = l.capacity, soonest = l.soonest,
    seen = t, waiting = l.waiting, day = t / 86400000000
  where key = l.key;
end $body$;

-- Ends the holds whose time is over, or that were released while a fenced transaction was open, and lowers the permits of
-- others. What such a transaction still has locked is skipped, and looked at again by every call.
create or replace function "valvekit".expire_v1(inout l "valvekit".lock, t bigint) language plpgsql volatile as $body$
declare
  h record;
begin
  if l.soonest = 0 or (t < l.soonest and t >= l.seen) then return; end if;
  -- A hold that ends farther away than it is long shows that the clock went back.
  update "valvekit".hold set until = t + length where key = l.key and until - t > length;
  for h in
    select id, permits, lowered, until, client, released from "valvekit".hold
    where key = l.key and (lowered > 0 or released or until <= t) for update skip locked
  loop
    if h.released or h.until <= t then
      delete from "valvekit".hold where key = l.key and id = h.id;
      l.used := l.used - h.permits;
      if not h.released then perform "valvekit".tell_v1(h.client, 'taken ' || h.id || ' ' || l.key); end if;
    else
      update "valvekit".hold set permits = h.lowered, lowered = 0 where key = l.key and id = h.id;
      l.used := l.used + h.lowered - h.permits;
    end if;
  end loop;
  select coalesce(min(case when lowered > 0 or released or until <= t then t else until end), 0)
    into l.soonest from "valvekit".hold where key = l.key;
end $body$;

-- Nobody hears of the end of a fenced transaction. So whoever is first in line is told to ask, and asks again until then.
create or replace function "valvekit".look_v1(l "valvekit".lock, t bigint) returns void language plpgsql volatile as $body$
begin
  if l.waiting = 0 or l.soonest = 0 or l.soonest > t then return; end if;
  perform "valvekit".tell_v1(client, 'look ' || id || ' ' || l.key) from (
    select client, id from "valvekit".waiter where key = l.key order by priority desc, place, id limit 1) as head;
end $body$;

create or replace function "valvekit".book_v1(
  inout l "valvekit".lock, t bigint, i text, wants bigint, lasts bigint, spare bigint, who text, name text, out token bigint
) language plpgsql volatile as $body$
begin
  token := greatest(l.last + 1, t);
  l.last := token + spare;
  l.used := l.used + wants;
  if l.soonest = 0 or t + lasts < l.soonest then l.soonest := t + lasts; end if;
  insert into "valvekit".hold (key, id, permits, token, until, length, since, client, label)
    values (l.key, i, wants, token, t + lasts, lasts, t, who, name);
end $body$;

-- Grants to the head of the line as long as its permits are free. Looks at the head even if nothing is free, if the
-- capacity has changed: the head may have become impossible.
create or replace function "valvekit".drain_v1(inout l "valvekit".lock, t bigint, resized boolean)
language plpgsql volatile as $body$
declare
  w "valvekit".waiter;
  b record;
  lasts bigint;
begin
  while l.waiting > 0 and (resized or l.used < l.capacity) loop
    -- In one scan: each would pass over all that has been deleted.
    for w in
      select * from "valvekit".waiter where key = l.key order by priority desc, place, id
      limit greatest(l.capacity - l.used, 1)
    loop
      if w.alive - t > w.lease then
        -- The clock went back.
        w.alive := t + w.lease;
        update "valvekit".waiter set alive = w.alive where key = l.key and id = w.id;
      end if;
      if w.alive <= t or (w.counted and "valvekit".is_gone_v1(w.client)) then
        delete from "valvekit".waiter where key = l.key and id = w.id;
        l.waiting := l.waiting - 1;
      elsif l.capacity > 0 and w.permits > l.capacity then
        delete from "valvekit".waiter where key = l.key and id = w.id;
        l.waiting := l.waiting - 1;
        perform "valvekit".tell_v1(w.client, 'refused ' || w.id || ' ' || l.capacity || ' ' || l.key);
      elsif l.used + w.permits > l.capacity then
        return;
      else
        delete from "valvekit".waiter where key = l.key and id = w.id;
        l.waiting := l.waiting - 1;
        lasts := least(w.lease, 3000000);
        b := "valvekit".book_v1(l, t, w.id, w.permits, lasts, w.range, w.client, w.label);
        l := b.l;
        perform "valvekit".tell_v1(w.client,
          'granted ' || w.id || ' ' || b.token || ' ' || t + lasts || ' ' || lasts || ' ' || l.key);
      end if;
    end loop;
    if not found then l.waiting := 0; end if;
  end loop;
end $body$;

-- The requests are id, permits, priority, place (0: new) and whether it joins, with spaces between all of them. Answers
-- the time, when the first hold ends, "ok" or "late", and for each request four words.
create or replace function "valvekit".ask_v1(
  k text, size bigint, decides boolean, lasts bigint, spare bigint, late bigint, who text, counts boolean, name text,
  requests text, relaxed boolean
) returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
declare
  t bigint := "valvekit".micros_v1();
  words text[] := string_to_array(requests, ' ');
  l "valvekit".lock;
  h "valvekit".hold;
  w "valvekit".waiter;
  b record;
  before bigint;
  answer text;
  answers text[] := '{}';
  n integer := 1;
begin
  perform "valvekit".durability_v1(relaxed);

  -- The usual case, in two statements: one request, its permits are free, nobody waits, and nothing has to be ended. In
  -- doubt, the rest decides.
  if array_length(words, 1) = 5 and (late = 0 or t <= late) then
    update "valvekit".lock as lock set
      last = greatest(last + 1, t) + spare, used = used + words[2]::bigint, seen = t,
      soonest = case when soonest = 0 or t + lasts < soonest then t + lasts else soonest end
    where key = k and waiting = 0 and capacity = size and used + words[2]::bigint <= size and t >= seen
      and (soonest = 0 or t < soonest) and day = t / 86400000000
    returning * into l;
    if found then
      insert into "valvekit".hold (key, id, permits, token, until, length, since, client, label)
        select k, words[1], words[2]::bigint, l.last - spare, t + lasts, lasts, t, who, name
        where not exists (select from "valvekit".ended where key = k and id = words[1])
        on conflict do nothing;
      if found then
        return t || ' ' || l.soonest || ' ok granted ' || l.last - spare || ' ' || t + lasts || ' ' || lasts;
      end if;
      update "valvekit".lock set used = used - words[2]::bigint where key = k;
    end if;
  end if;

  l := "valvekit".enter_v1(k);
  -- Only now, because it may have had to wait.
  t := "valvekit".micros_v1();
  if late > 0 and t > late then return t || ' ' || l.soonest || ' late'; end if;
  before := l.capacity;
  if decides or l.capacity < 0 then l.capacity := size; end if;
  l := "valvekit".expire_v1(l, t);
  l := "valvekit".drain_v1(l, t, l.capacity <> before);
  while n < array_length(words, 1) loop
    answer := null;
    select * into h from "valvekit".hold where key = k and id = words[n];
    if found and not h.released then
      answer := ' granted ' || h.token || ' ' || h.until || ' ' || h.length;
    elsif found or exists (select from "valvekit".ended where key = k and id = words[n]) then
      answer := ' gone 0 0 0';
    else
      update "valvekit".waiter set alive = t + lasts where key = k and id = words[n];
      if not found then
        w.priority := words[n + 2]::double precision;
        w.place := words[n + 3]::bigint;
        if w.place = 0 then
          l.last := greatest(l.last + 1, t);
          w.place := l.last;
        end if;
        if l.used + words[n + 1]::bigint <= l.capacity and not (l.waiting > 0 and exists (
          select from "valvekit".waiter as o where o.key = k and (o.priority > w.priority
            or o.priority = w.priority and (o.place, o.id) < (w.place, words[n]))))
        then
          b := "valvekit".book_v1(l, t, words[n], words[n + 1]::bigint, lasts, spare, who, name);
          l := b.l;
          answer := ' granted ' || b.token || ' ' || t + lasts || ' ' || lasts;
        elsif words[n + 4] = '1' then
          insert into "valvekit".waiter (key, id, place, permits, priority, alive, lease, range, counted, client, label)
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
  perform "valvekit".leave_v1(l, t);
  answer := array_to_string(answers, '');
  if array_position(answers, null) > 0 then
    -- The others wait, in this order. Full, because such a join is never a nested loop.
    select string_agg(case when i > 0 then coalesce(said, ' waiting ' || place || ' ' || ahead || ' 0') end, '' order by i)
      into answer
      from unnest(answers) with ordinality as request(said, i) full join (
        select id, place, row_number() over (order by priority desc, place, id) - 1 as ahead
        from "valvekit".waiter where key = k) as line on id = words[5 * i - 4];
  end if;
  -- What a fenced transaction keeps ends without a word: whoever waits for it looks again soon.
  return t || ' ' || case when l.soonest between 1 and t then t + 20000 else l.soonest end || ' ok' || answer;
end $body$;

-- The words are id and whether a copy of its request may still arrive, which must find that it has ended. Answers the
-- time, when the first hold ends, and for each id whether it was known.
create or replace function "valvekit".release_v1(k text, ids text, relaxed boolean)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
declare
  t bigint;
  words text[] := string_to_array(ids, ' ');
  l "valvekit".lock;
  freed bigint;
  known boolean;
  answer text := '';
  n integer := 1;
begin
  perform "valvekit".durability_v1(relaxed);

  -- The usual case: one hold, nobody waits, and nothing has to be ended or remembered. In doubt, the rest decides.
  if words[2] = '0' and words[3] is null then
    t := "valvekit".micros_v1();
    select permits into freed from "valvekit".hold where key = k and id = words[1];
    if found then
      update "valvekit".lock set used = used - freed, seen = t, soonest = case when used = freed then 0 else soonest end
        where key = k and waiting = 0 and t >= seen and t < soonest
        returning soonest into l.soonest;
      if found then
        delete from "valvekit".hold where permits = freed and ctid = (
          select ctid from "valvekit".hold where key = k and id = words[1] for update skip locked);
        if found then return t || ' ' || l.soonest || ' 1'; end if;
        update "valvekit".lock set used = used + freed, soonest = t where key = k;
      end if;
    end if;
  end if;

  l := "valvekit".enter_v1(k);
  t := "valvekit".micros_v1();
  while n < array_length(words, 1) loop
    known := true;
    -- A fenced transaction keeps what it has locked until it ends.
    select permits into freed from "valvekit".hold where key = k and id = words[n] for update skip locked;
    if found then
      delete from "valvekit".hold where key = k and id = words[n];
      l.used := l.used - freed;
    else
      update "valvekit".hold set released = true where key = k and id = words[n];
      if found then
        l.soonest := t;
      else
        delete from "valvekit".waiter where key = k and id = words[n];
        known := found;
        if found then l.waiting := l.waiting - 1; end if;
      end if;
    end if;
    if words[n + 1] = '1' then
      delete from "valvekit".ended where ended.at < t - 3600000000;
      insert into "valvekit".ended values (k, words[n], known, t) on conflict do nothing;
      select ended.known into known from "valvekit".ended where key = k and id = words[n];
    end if;
    answer := answer || case when known then ' 1' else ' 0' end;
    n := n + 2;
  end loop;
  if l.used = 0 then l.soonest := 0; end if;
  l := "valvekit".expire_v1(l, t);
  l := "valvekit".drain_v1(l, t, false);
  perform "valvekit".look_v1(l, t);
  perform "valvekit".leave_v1(l, t);
  return t || ' ' || l.soonest || answer;
end $body$;

-- A hold whose time is over but that nobody has taken is kept. A lease or permits of 0: as before.
create or replace function "valvekit".renew_v1(k text, lasts bigint, wants bigint, ids text, relaxed boolean)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
declare
  t bigint;
  l "valvekit".lock;
  h "valvekit".hold;
  i text;
  answer text := '';
begin
  perform "valvekit".durability_v1(relaxed);
  l := "valvekit".enter_v1(k);
  t := "valvekit".micros_v1();
  foreach i in array string_to_array(ids, ' ') loop
    select * into h from "valvekit".hold where key = k and id = i and not released;
    if found then
      if wants > 0 then
        h.lowered := wants;
        l.soonest := t;
      end if;
      if lasts > 0 then
        h.until := t + lasts;
        h.length := lasts;
      end if;
      update "valvekit".hold set lowered = h.lowered, until = h.until, length = h.length where key = k and id = i;
      answer := answer || ' 1';
    else
      answer := answer || ' 0';
    end if;
  end loop;
  l := "valvekit".expire_v1(l, t);
  l := "valvekit".drain_v1(l, t, false);
  if wants > 0 then perform "valvekit".look_v1(l, t); end if;
  perform "valvekit".leave_v1(l, t);
  return t || ' ' || l.soonest || answer;
end $body$;

create or replace function "valvekit".state_v1(k text)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
begin
  return (select json_build_object(
    'waiting', (select count(*) from "valvekit".waiter where key = k),
    'holders', (
      select coalesce(json_agg(json_build_array(permits, token, since, until, label) order by token), '[]')
      from "valvekit".hold where key = k and until > "valvekit".micros_v1())
  )::text);
end $body$;

-- Fails unless the hold is still booked, and keeps it so until the transaction ends: whoever wants to end the hold needs a
-- stronger lock of its row. Renewing does not.
create or replace function "valvekit".fence_v1(k text, i text)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
begin
  perform from "valvekit".hold where key = k and id = i and not released for key share;
  if not found then raise exception 'the lease has been lost' using errcode = 'VKL01'; end if;
end $body$;

-- Ends a transaction whose lease its own process knows to be lost.
create or replace function "valvekit".refuse_v1()
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
begin
  raise exception 'the lease has been lost' using errcode = 'VKL01';
end $body$;

create or replace function "valvekit".revision() returns integer language sql immutable as $body$ select 1 $body$;

  -- Whoever may call one of the functions may call all of them; at first that is nobody but the owner.
  foreach f in array array['ask_v1(text, bigint, boolean, bigint, bigint, bigint, text, boolean, text, text, boolean)', 'release_v1(text, text, boolean)', 'renew_v1(text, bigint, bigint, text, boolean)', 'state_v1(text)', 'fence_v1(text, text)', 'refuse_v1()', 'revision()'] loop
    execute 'revoke all on function "valvekit".' || f || ' from public';
    foreach caller in array coalesce(callers, '{}') loop
      execute 'grant execute on function "valvekit".' || f || ' to ' ||
        case caller when 0 then 'public' else quote_ident(pg_get_userbyid(caller)) end;
    end loop;
  end loop;
end $install$;
