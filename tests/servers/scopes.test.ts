// One program, three scopes: the same function over `Locks` in one thread, on Redis and on PostgreSQL.
import { KeyedLocks } from '@valvekit/keyed';
import { afterAll, describe, expect, it } from 'vitest';
import { Reports } from '../../examples/locks-of-any-scope.ts';
import type { Stage } from '../../examples/stage.ts';
import { open } from './clients.ts';
import { newest } from './engines.ts';

const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** Makes the locks of one process. The other ones see the same. */
const scopes: [name: string, make: () => Promise<ConstructorParameters<typeof Reports>[0]>][] = [];
const thread = new KeyedLocks();
scopes.push(['one thread', async () => thread]);
for (const engine of newest) {
  const server = await engine.reach();
  ends.push(() => server.stop());
  const client = engine.clients.at(0) as string;
  scopes.push([
    engine.name,
    async () => {
      const opened = await open(client, server.port);
      const locks = opened.locks();
      ends.push(async () => {
        await locks.close();
        await opened.close();
      });
      return locks;
    },
  ]);
}

describe.each(scopes)('in %s', (_, make) => {
  it('a job runs once, whoever starts it, and its pages can be read', async () => {
    const told: string[] = [];
    const stage: Stage = { tick: 5, watch: () => {}, tell: (...words: unknown[]) => void told.push(words.join(' ')) };
    // Two processes, as far as the locks can tell, with one shop.
    const [here, there] = [await make(), await make()];
    const reports = new Reports(here, stage);
    const others = new Reports(there, stage);
    await Promise.all([reports.make('tea', 'one'), others.make('tea', 'two'), reports.make('milk', 'one')]);
    expect(told.filter((line) => line.includes('starts tea'))).toHaveLength(1);
    expect(told.filter((line) => line.includes('skips tea'))).toHaveLength(1);
    expect(told).toContain('one ends milk');
    expect(await reports.read('milk')).toBe('milk: 12 sold');
  });

  it('at most two downloads of a host run at a time', async () => {
    const all = await Promise.all([make(), make(), make()]);
    let [inside, most] = [0, 0];
    const download = (locks: (typeof all)[number]): Promise<void> => {
      return locks.semaphore('host', 2).sandbox(async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => void setTimeout(resolve, 5));
        inside--;
      });
    };
    await Promise.all(all.flatMap((locks) => [1, 2, 3, 4].map(() => download(locks))));
    expect(most).toBe(2);
  });
});
