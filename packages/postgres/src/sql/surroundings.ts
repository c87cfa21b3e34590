/** What the functions need to know of the world, and what they tell it. The model of the tests puts its own in their place. */
export const surroundings: string = `-- The time of the server, in microseconds.
create or replace function {schema}.micros_v1() returns bigint language sql volatile as $body$
  select (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) * 1000000)::bigint
$body$;

-- Whether nobody listens for a client: its session holds this lock for as long as it lives. Shared, so that two that ask at
-- the same time do not take each other for the session.
create or replace function {schema}.is_gone_v1(client text) returns boolean language sql volatile as $body$
  select pg_catalog.pg_try_advisory_xact_lock_shared(pg_catalog.hashtextextended('valvekit_' || client, 0))
$body$;

create or replace function {schema}.tell_v1(client text, what text) returns void language sql volatile as $body$
  select pg_catalog.pg_notify('valvekit_' || client, what)
$body$;
`;
