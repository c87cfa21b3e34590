// Five connections, shared by many queries. The semaphore counts the free ones. A query waits for its turn, but not
// longer than its timeout, and not after its user has left.
import { setTimeout as sleep } from 'node:timers/promises';
import { Semaphore, type WaitOptions } from 'valvekit';
import { printed } from './stage.ts';

/** Lends connections, each to one caller at a time. */
export class ConnectionPool<C> {
  readonly semaphore: Semaphore;
  readonly #idle: C[];

  constructor(connections: Iterable<C>) {
    this.#idle = [...connections];
    this.semaphore = new Semaphore(this.#idle.length);
  }

  /** Runs `fn` with a connection, and takes it back however `fn` ends. */
  use<R>(fn: (connection: C) => Promise<R>, options?: WaitOptions): Promise<R> {
    return this.semaphore.sandbox(async () => {
      const connection = this.#idle.pop() as C; // There is one, because we hold a permit.
      try {
        return await fn(connection);
      } finally {
        this.#idle.push(connection);
      }
    }, options);
  }
}

export async function main({ tick, watch, tell } = printed): Promise<void> {
  const pool = new ConnectionPool(['A', 'B', 'C', 'D', 'E']);
  watch(pool.semaphore);

  async function query(number: number, options?: WaitOptions): Promise<void> {
    const who = `query ${number}`;
    tell(who, 'asks', 'for a connection');
    try {
      await pool.use(async (connection) => {
        tell(who, 'holds', `connection ${connection}`);
        await sleep((9 + number) * tick);
        tell(who, 'leaves', `with ${number * 10} rows`);
      }, options);
    } catch (error) {
      tell(who, 'gives up', `with ${(error as Error).name}`);
    }
  }

  const user = new AbortController();
  const queries: Promise<void>[] = [];
  for (let number = 1; number <= 14; number++) {
    if (number === 10) queries.push(query(number, { timeout: 6 * tick }));
    else if (number === 12) queries.push(query(number, { signal: user.signal }));
    else queries.push(query(number));
  }
  await sleep(3 * tick);
  tell('the user', 'leaves', 'the page of query 12');
  user.abort();
  await Promise.all(queries);
  tell('the pool', 'has', `${pool.semaphore.available} free connections`);
}

if (import.meta.main) await main();
