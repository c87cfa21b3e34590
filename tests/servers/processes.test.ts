// What happens to locks when processes are killed, stopped and continued; and how they end.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RemoteLock } from '@valvekit/lease';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { family } from './clients.ts';
import { newest, type Started } from './engines.ts';
import { sleep, until } from './environment.ts';
import type { News, Order } from './worker.ts';

const LEASE = 4000;
class Worker {
  readonly child: ChildProcess;
  readonly #news: News[] = [];
  #wake: (() => void) | undefined;

  private constructor(client: string, port: number) {
    this.child = fork(join(import.meta.dirname, 'worker.ts'), [client, String(port), String(LEASE)], {
      execArgv: ['--conditions=@valvekit/source'],
    });
    this.child.on('message', (news) => {
      this.#news.push(news as News);
      this.#wake?.();
    });
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  static async start(client: string, port: number): Promise<Worker> {
    const worker = new Worker(client, port);
    await worker.hear('ready');
    return worker;
  }

  order(order: Order): void {
    this.child.send(order);
  }

  async hear<K extends News['is']>(...kinds: K[]): Promise<Extract<News, { is: K }>> {
    for (;;) {
      const news = this.#news.shift();
      if (news !== undefined) {
        expect(kinds).toContain(news.is);
        return news as Extract<News, { is: K }>;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  get hasNews(): boolean {
    return this.#news.length > 0;
  }
}

/** The holder's end, in milliseconds of the server. */
async function endOf(mutex: RemoteLock): Promise<number> {
  return (await mutex.state()).holders[0]?.until.getTime() ?? 0;
}

const servers = new Map(await Promise.all(newest.map(async (engine) => [engine, await engine.reach()] as const)));
afterAll(() => Promise.all(Array.from(servers.values(), (server) => server.stop())));

describe.each(newest)('$name', (engine) => {
  const { clients } = engine;
  const server = servers.get(engine) as { readonly port: number };
  // Two clients of the engine take part.
  const [mine = '', theirs = ''] = engine.name === 'Redis' ? ['redis 6', 'ioredis 6'] : ['postgres', 'pg'];
  const here = async (name: string): Promise<RemoteLock> => {
    return (await family(mine, server.port, onTestFinished, { lease: LEASE })).mutex(name);
  };
  const start = (): Promise<Worker> => Worker.start(theirs, server.port);

  it('lets the next one in when the lease of a killed holder ends, and not before; a dead waiter costs nothing', async () => {
    const mutex = await here('killed');
    const [holder, dead] = [await start(), await start()];
    holder.order({ do: 'acquire', name: 'killed' });
    await holder.hear('holding');
    dead.order({ do: 'acquire', name: 'killed' });
    await until(async () => (await mutex.state()).waiting === 1);
    const waiting = mutex.acquire();
    await until(async () => (await mutex.state()).waiting === 2);
    for (const { child } of [holder, dead]) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const end = await endOf(mutex);
    // Had the dead waiter been granted the lock, it would have been its holder for three seconds.
    const holders = new Set<string | undefined>();
    const watching = until(async () => {
      const { holders: now, waiting } = await mutex.state();
      for (const { label } of now) holders.add(label);
      return waiting === 0;
    });
    const lease = await waiting;
    // A token is the server's time in microseconds, so it does not matter how fast this process is.
    expect(lease.token / 1000).toBeGreaterThanOrEqual(end);
    await watching;
    expect(holders).toContain(String(holder.child.pid));
    expect(holders).not.toContain(String(dead.child.pid));
    await lease.release();
  });

  it('tells a holder that was stopped for too long, as soon as it looks', async () => {
    const mutex = await here('stopped');
    const holder = await start();
    holder.order({ do: 'acquire', name: 'stopped' });
    const { token } = await holder.hear('holding');
    holder.child.kill('SIGSTOP');
    const lease = await mutex.acquire();
    expect(lease.token).toBeGreaterThan(token);
    holder.child.kill('SIGCONT');
    holder.order({ do: 'check' });
    await holder.hear('lost');
    holder.order({ do: 'release' });
    await holder.hear('lost');
    lease.check();
    await lease.release();
  });

  it('lets a stopped waiter at the head delay the others by a short first lease only; it refuses the old grant', async () => {
    const mutex = await here('head');
    const stopped = await start();
    const lease = await mutex.acquire();
    stopped.order({ do: 'acquire', name: 'head' });
    await until(async () => (await mutex.state()).waiting === 1);
    const other = await here('head');
    const waiting = other.acquire();
    await until(async () => (await mutex.state()).waiting === 2);
    stopped.child.kill('SIGSTOP');
    await lease.release();
    const next = await waiting;
    stopped.child.kill('SIGCONT');
    // It waits again, behind the holder.
    await until(async () => (await mutex.state()).waiting === 1);
    expect(stopped.hasNews).toBe(false);
    next.check();
    await next.release();
    const { token } = await stopped.hear('holding');
    expect(token).toBeGreaterThan(next.token);
    stopped.order({ do: 'release' });
    await stopped.hear('released');
  });

  it.each(clients)('%s: the process exits by itself after close()', async (client) => {
    const worker = await Worker.start(client, server.port);
    worker.order({ do: 'acquire', name: client });
    await worker.hear('holding');
    worker.order({ do: 'release' });
    await worker.hear('released');
    const exit = once(worker.child, 'exit');
    worker.order({ do: 'end' });
    expect(await exit).toEqual([0, null]);
  });

  it.runIf(engine.start).each([mine, theirs])(
    '%s: a process that only waits waits on while the server is down',
    async (client) => {
      const own = await (engine.start as () => Promise<Started>)();
      onTestFinished(() => own.stop());
      const opened = await family(client, own.port, onTestFinished, { lease: LEASE });
      const mutex = opened.mutex('down');
      const lease = await mutex.acquire();
      const worker = await Worker.start(client, own.port);
      const exit = once(worker.child, 'exit');
      worker.order({ do: 'acquire', name: 'down', isAlone: true });
      await until(async () => (await mutex.state()).waiting === 1);
      await own.end();
      // For longer than anything waits until it is tried again.
      await sleep(1500);
      await own.run();
      await lease.release().catch(() => {});
      await Promise.race([
        worker.hear('holding'),
        exit.then(([code]) => Promise.reject(new Error(`It exited with ${code}`))),
      ]);
    },
  );
});
