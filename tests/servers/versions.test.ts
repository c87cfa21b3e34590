// Two versions of the protocol on one server, as during a rolling deploy, keep exclusion.

import type { RedisConnection } from '@valvekit/redis';
import { RedisLocks, StoreError } from '@valvekit/redis';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { connectionOf } from '../../packages/redis/src/clients/clients.ts';
import { type Script, scripts } from '../../packages/redis/src/lua/scripts.ts';
import { lossOf, prefix } from './environment.ts';
import { anyServer, operatorOf } from './redis-environment.ts';

const LEASE = 3000;
const server = await anyServer();
afterAll(() => server.stop());

/** The scripts of the next version: they take over the keys of this one, and mark them as theirs. */
function nextOf({ text }: Script): string {
  const next = text
    .replace('tonumber(got[7]) > 1', 'tonumber(got[7]) > 2')
    .replace("got[6] == '1'", "got[6] == '2'")
    .replace("got[5] == '1'", "got[5] == '2'")
    .replace("'v', '1')", "'v', '2')")
    .replace('if now - x > HOUR', "if got[7] ~= '2' or now - x > HOUR");
  expect(next).not.toBe(text);
  return next;
}

const newer = new Map(Object.values(scripts).map((script) => [script.sha, nextOf(script)]));

function familyOf(isNewer: boolean): RedisLocks {
  const client = operatorOf(server.port);
  const connection = connectionOf(client);
  const translated: RedisConnection = {
    ...connection,
    send: ([command = '', sha = '', ...rest]) => connection.send(['EVAL', newer.get(sha) ?? command, ...rest]),
  };
  const locks = new RedisLocks(isNewer ? translated : connection, { prefix, lease: LEASE });
  onTestFinished(async () => {
    await locks.close({ timeout: 0 });
    client.disconnect();
  });
  return locks;
}

it('lets the newer one in only after the hold of the older one', async () => {
  const [older, next] = [familyOf(false), familyOf(true)];
  const lease = await older.mutex('a').acquire();
  // The newer version has the keys from its first request on. The older one can no longer renew, and is told.
  const waiting = next.mutex('a').acquire();
  let isTold = false;
  const told = lossOf(lease.signal).then(() => (isTold = true));
  const taken = await waiting;
  expect(isTold || lease.remaining < LEASE / 3).toBe(true);
  expect(taken.token).toBeGreaterThan(lease.token);
  await told;
  await taken.release();
  await lease.release().catch(() => {});
});

it('refuses the older one what the newer one has, also after a release', async () => {
  const [older, next] = [familyOf(false), familyOf(true)];
  const lease = await next.mutex('b').acquire();
  const error = await older
    .mutex('b')
    .acquire()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StoreError);
  expect((error as Error).message).toMatch(/protocol 2, and this client speaks 1/);
  await expect(older.mutex('b').state()).rejects.toBeInstanceOf(StoreError);
  await lease.release();
  await expect(older.mutex('b').tryAcquire()).rejects.toBeInstanceOf(StoreError);
  await next.mutex('b').sandbox(() => {});
});

it('never has both inside while processes change over', async () => {
  const families = [familyOf(false), familyOf(false), familyOf(true), familyOf(true)];
  let inside = 0;
  let most = 0;
  const entered = [0, 0, 0, 0];
  const work = families.map(async (locks, at) => {
    // The newer ones start when the older ones are at work.
    while (at >= 2 && (entered[0] as number) < 20) await new Promise((resolve) => void setTimeout(resolve, 1));
    for (let round = 0; round < 50; round++) {
      try {
        await locks.mutex('c').sandbox(async () => {
          most = Math.max(most, ++inside);
          entered[at] = (entered[at] as number) + 1;
          await new Promise((resolve) => void setTimeout(resolve, 1));
          inside--;
        });
      } catch (error) {
        // From then on an older process is refused.
        if (at < 2 && error instanceof StoreError) return;
        throw error;
      }
    }
  });
  await Promise.all(work);
  expect(most).toBe(1);
  expect(entered[0]).toBeGreaterThanOrEqual(20);
  expect([entered[2], entered[3]]).toEqual([50, 50]);
});
