import pg from 'pg';
import { median } from './race.ts';

/** What a statement, and a commit, take on a connection: the medians, in milliseconds. */
export async function postgresFloor(
  address: object,
): Promise<{ readonly trip: number; readonly commit: number; readonly push: number }> {
  const [client, listener] = [new pg.Client(address), new pg.Client(address)];
  await Promise.all([client.connect(), listener.connect()]);
  const timed = async (times: number, run: () => Promise<unknown>): Promise<number> => {
    const all: number[] = [];
    for (let i = 0; i < times; i++) {
      const start = performance.now();
      await run();
      all.push(performance.now() - start);
    }
    return median(all);
  };
  await client.query('create temp table floor (n integer); insert into floor values (0)');
  const trip = await timed(2000, () => client.query('select 1'));
  // Writes to a table that is kept, so that the commit has to wait for the disk.
  const commit = await timed(500, () => client.query("select pg_logical_emit_message(true, 'floor', 'x')"));
  await listener.query('listen floor');
  const push = await timed(1000, async () => {
    const heard = new Promise((resolve) => void listener.once('notification', resolve));
    await Promise.all([client.query('notify floor'), heard]);
  });
  await Promise.all([client.end(), listener.end()]);
  return { trip, commit, push };
}
