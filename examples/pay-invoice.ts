// Processes pay the same invoices, two at a time, on a PostgreSQL of their own. One of them is killed in the middle of a
// payment, then another is paused until the second has paid. Each invoice is paid once, because `fence()` in the code below
// asks the server; with `--without-fence`, the second one is paid twice.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PostgresLocks, type RemoteLock } from '@valvekit/postgres';
import { engines } from '@valvekit-internal/servers/postgres-engines';
import { PostgresServer, roles } from '@valvekit-internal/servers/postgres-server';
import { Pool } from 'pg';
import { Narrator } from './pay-invoice/narrator.ts';
import { endWorkers, WorkerProcess } from './pay-invoice/worker-process.ts';
import { LastSeen, printed, type Stage, sent } from './stage.ts';

// Short, so that nobody has to wait for long until the lock of a dead process is free.
const LEASE = 1500;

export async function main(stage: Stage = printed, isFenced = true): Promise<void> {
  if (engines.length === 0) return stage.tell('PostgreSQL', 'is not there', 'npm has none for this platform');
  stage.watch(new LastSeen(undefined));
  stage.tell('PostgreSQL', 'is starting');
  const server = await PostgresServer.start();
  const database = server.address(roles.owner);
  const pool = new Pool(database);
  const locks = new PostgresLocks(pool);
  const narrator = new Narrator(stage);
  const start = (name: string) => new WorkerProcess({ name, database, lease: LEASE, isFenced }, narrator);
  try {
    await locks.install();
    await pool.query('create table payment (invoice integer)');
    const [first, second] = [start('worker 1'), start('worker 2')];

    narrator.lock = locks.mutex('invoice 1');
    await first.beginToPay(1);
    const paid = second.pay(1);
    await isAwaited(narrator.lock, paid);
    first.end();
    narrator.tell('worker 1', 'is killed', 'before the bank answers');
    await paid;

    // Windows cannot pause a process.
    if (process.platform !== 'win32') {
      const third = start('worker 3');
      narrator.lock = locks.mutex('invoice 2');
      await third.beginToPay(2);
      const paidToo = second.pay(2);
      await isAwaited(narrator.lock, paidToo);
      third.pause();
      narrator.tell('worker 3', 'is paused', 'before the bank answers');
      await paidToo;
      narrator.tell('worker 3', 'goes on', 'and the bank answers');
      await third.goOn();
    }

    const { rows } = await pool.query('select invoice, count(*) from payment group by invoice order by invoice');
    const paidHow = rows.map(({ invoice, count }) => `invoice ${invoice}: paid ${times(count)}`);
    narrator.tell('the books', 'say', paidHow.join(', '));
    await narrator.silence();
  } finally {
    endWorkers();
    await locks.close();
    await pool.end();
    await server.stop();
  }
}

/** Resolves when somebody waits for a lock, or has waited. */
async function isAwaited(lock: RemoteLock, work: Promise<void>): Promise<void> {
  let isOver = false;
  void work.then(() => {
    isOver = true;
  });
  while (!isOver && (await lock.state()).waiting === 0) await sleep(5);
}

function times(count: string): string {
  return count === '1' ? 'once' : `${count} times`;
}

if (import.meta.main) {
  process.once('exit', endWorkers);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  process.once('disconnect', () => process.exit(1));
  // That listener does not keep a play running that is over.
  process.channel?.unref();
  const { values } = parseArgs({ options: { tick: { type: 'string' }, 'without-fence': { type: 'boolean' } } });
  await main(process.send ? sent(Number(values.tick)) : printed, !values['without-fence']);
}
