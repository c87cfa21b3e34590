// What one long transaction does to locks: in the same database, and where the locks have one of their own.
import { DATABASE, type PostgresServer, roles } from '@valvekit-internal/servers/postgres-server';
import pg from 'pg';
import { median, type Raced, race } from './race.ts';

export interface Trap {
  readonly where: string;
  /** Pairs a second: before, in the last seconds of the open transaction, and after it. */
  readonly before: number;
  readonly during: number;
  readonly after: number;
}

const MS = 1000;

/** How many free pairs a second, for as long as a transaction is open in each of the databases. */
export async function trap(server: PostgresServer, raced: Raced, seconds: number): Promise<Trap[]> {
  const rate = async (ms: number): Promise<number> => {
    const { count } = await race(raced, { contestant: 'valvekit, memory', race: 'free', contenders: 1, ms }, 1);
    return (count * 1000) / ms;
  };
  // Other work on the machine may fall into one of them.
  const typical = async (): Promise<number> => median([await rate(MS), await rate(MS), await rate(MS)]);
  const traps: Trap[] = [];
  for (const [where, database] of [
    ['the database of the locks', DATABASE],
    ['another database', 'postgres'],
  ] as const) {
    const before = await typical();
    const client = new pg.Client({ ...server.address(roles.operator), database });
    await client.connect();
    // What it has seen once must stay as it was.
    await client.query('begin isolation level repeatable read');
    await client.query('select count(*) from pg_class');
    await rate(seconds * 1000);
    const during = await typical();
    await client.query('commit');
    await client.end();
    await server.query(DATABASE, 'vacuum');
    traps.push({ where, before, during, after: await typical() });
  }
  return traps;
}
