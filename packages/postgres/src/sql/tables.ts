/** What is kept: the locks, who holds them, who waits, and which requests have ended. */
export const tables: string = `create table if not exists {schema}.lock (
  key text collate "C" primary key,
  last bigint not null default 0,      -- the last token or place
  used bigint not null default 0,      -- permits in use
  capacity bigint not null default -1, -- -1: nobody has said it
  soonest bigint not null default 0,   -- when the first hold ends; 0: nobody holds
  seen bigint not null default 0,      -- the last time seen
  waiting bigint not null default 0,
  day integer not null default 0       -- of the last use; what has not been used for a day may be forgotten
) with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index if not exists lock_day on {schema}.lock (day);

create table if not exists {schema}.hold (
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

create table if not exists {schema}.waiter (
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
create index if not exists waiter_line on {schema}.waiter (key, priority desc, place, id);

-- Requests that ended while a copy of them could still arrive.
create table if not exists {schema}.ended (
  key text collate "C",
  id text collate "C",
  known boolean not null,
  at bigint not null,
  primary key (key, id)
);
create index if not exists ended_at on {schema}.ended (at);
`;
