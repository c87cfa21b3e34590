/** What a caller asks inside its own transaction. */
export const fence: string = `-- Fails unless the hold is still booked, and keeps it so until the transaction ends: whoever wants to end the hold needs a
-- stronger lock of its row. Renewing does not.
create or replace function {schema}.fence_v1(k text, i text)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
begin
  perform from {schema}.hold where key = k and id = i and not released for key share;
  if not found then raise exception 'the lease has been lost' using errcode = 'VKL01'; end if;
end $body$;

-- Ends a transaction whose lease its own process knows to be lost.
create or replace function {schema}.refuse_v1()
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $body$
begin
  raise exception 'the lease has been lost' using errcode = 'VKL01';
end $body$;
`;
