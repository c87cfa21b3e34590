// Two processes pay the same invoices, on a PostgreSQL of their own. One of them is killed in the middle of a payment, then
// one is paused until the other has paid. Each invoice is paid once; with --without-fence, the second one is paid twice.
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PostgresLocks, type RemoteLock } from '@valvekit/postgres';
import { engines } from '@valvekit-internal/servers/postgres-engines';
import { PostgresServer, roles } from '@valvekit-internal/servers/postgres-server';
import { Pool } from 'pg';
import type { News, Order, Task } from './pay-invoice/worker.ts';
import { LastSeen, printed, type Stage, sent } from './stage.ts';

// Short, so that nobody has to wait for long until the lock of a dead process is free.
const LEASE = 1500;

export async function main(stage: Stage = printed, isFenced = true): Promise<void> {
  if (engines.length === 0) return stage.tell('PostgreSQL', 'is not there', 'npm has none for this platform');
  stage.tell('PostgreSQL', 'starts');
  const server = await PostgresServer.start();
  const database = server.address(roles.owner);
  const pool = new Pool(database);
  const locks = new PostgresLocks(pool);
  const narrator = new Narrator(stage);
  const start = (name: string) => new Worker({ name, database, lease: LEASE, isFenced }, narrator);
  try {
    await locks.install();
    await pool.query('create table payment (invoice integer)');
    const [first, second] = [start('worker 1'), start('worker 2')];

    narrator.lock = locks.mutex('invoice 1');
    await first.beginToPay(1);
    const paid = second.pay(1);
    await isAwaited(narrator.lock);
    first.end();
    narrator.tell('worker 1', 'is killed', 'before the bank answers');
    await paid;

    // Windows cannot pause a process.
    if (process.platform !== 'win32') {
      const third = start('worker 3');
      narrator.lock = locks.mutex('invoice 2');
      await third.beginToPay(2);
      const paidToo = second.pay(2);
      await isAwaited(narrator.lock);
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

/** Tells events in their order, each with what the server says about the lock then. */
class Narrator {
  lock: RemoteLock | undefined;
  readonly #stage: Stage;
  #last: Promise<void> = Promise.resolve();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  get tick(): number {
    return this.#stage.tick;
  }

  tell(...words: Parameters<Stage['tell']>): void {
    const { lock } = this;
    this.#last = this.#last.then(async () => {
      const { holders = [], waiting = 0 } = (await lock?.state()) ?? {};
      this.#stage.watch(new LastSeen(holders[0]?.label, holders[0]?.until.getTime(), waiting));
      this.#stage.tell(...words);
    });
  }

  silence(): Promise<void> {
    return this.#last;
  }
}

async function isAwaited(lock: RemoteLock): Promise<void> {
  while ((await lock.state()).waiting === 0) await sleep(5);
}

/** A process that pays, seen from outside. */
class Worker {
  readonly #narrator: Narrator;
  readonly #process: ChildProcess;
  readonly #heard = new EventEmitter();
  #isAnswered = true;
  #payment: Promise<void> | undefined;

  constructor(task: Task, narrator: Narrator) {
    this.#narrator = narrator;
    this.#process = fork(join(import.meta.dirname, 'pay-invoice/worker.ts'), [JSON.stringify(task)]);
    running.add(this.#process);
    this.#process.on('message', (news: News) => {
      if (news === 'approve?') void this.#ask();
      else if (news === 'done') this.#heard.emit('done');
      else narrator.tell(task.name, ...news.event);
    });
  }

  /** Pays an invoice, with a bank that says yes. */
  async pay(invoice: number): Promise<void> {
    const done = once(this.#heard, 'done');
    this.#send({ pay: invoice });
    await done;
  }

  /** Comes as far as the bank, which does not answer. */
  async beginToPay(invoice: number): Promise<void> {
    this.#isAnswered = false;
    const asked = once(this.#heard, 'asked');
    this.#payment = this.pay(invoice);
    await asked;
  }

  /** Ends, as if the machine had failed. */
  end(): void {
    this.#process.kill('SIGKILL');
  }

  /** Stops, as in a long garbage collection, or when a laptop sleeps. */
  pause(): void {
    this.#process.kill('SIGSTOP');
  }

  /** Goes on where it stopped, hears from the bank, and ends what it has begun. */
  async goOn(): Promise<void> {
    this.#isAnswered = true;
    this.#process.kill('SIGCONT');
    this.#send('approved');
    await this.#payment;
  }

  async #ask(): Promise<void> {
    this.#heard.emit('asked');
    if (!this.#isAnswered) return;
    await sleep(10 * this.#narrator.tick);
    this.#send('approved');
  }

  #send(order: Order): void {
    this.#process.send(order);
  }
}

// A paused process would outlive its parent.
const running = new Set<ChildProcess>();

function endWorkers(): void {
  for (const child of running) child.kill('SIGKILL');
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
