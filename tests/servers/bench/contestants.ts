import { Redlock as Sesamecare } from '@sesamecare-oss/redlock';
import { RedisLocks } from '@valvekit/redis';
import { Redis } from 'ioredis';
import { Redis as Ioredis5 } from 'ioredis5';
import { Mutex } from 'redis-semaphore';
import Redlock from 'redlock';

/** One process's way to a lock: takes it, runs, releases it. */
export interface Contestant {
  run(name: string, fn: () => Promise<void> | void): Promise<void>;
  close(): unknown;
}

const LEASE = 15_000;
const DELETE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

function ours(port: number, passes: number): Contestant {
  const client = new Redis({ port, host: '127.0.0.1' });
  const locks = new RedisLocks(client, { passes });
  return {
    run: (name, fn) => locks.mutex(name).sandbox(fn),
    async close() {
      await locks.close();
      client.disconnect();
    },
  };
}

function redlock(port: number, settings: object): Contestant {
  const client = new Ioredis5({ port, host: '127.0.0.1' });
  const redlock = new Redlock([client as never], { retryCount: -1, ...settings });
  return {
    async run(name, fn) {
      const lock = await redlock.acquire([name], LEASE);
      await fn();
      await lock.release();
    },
    close: () => client.disconnect(),
  };
}

/** Makes each contestant, once for each process. The floor does not wait, so it runs on free locks only. */
export const contestants: Readonly<Record<string, (port: number) => Contestant>> = {
  'floor (SET NX, EVALSHA)': (port) => {
    const client = new Redis({ port, host: '127.0.0.1' });
    client.defineCommand('remove', { numberOfKeys: 1, lua: DELETE });
    let count = 0;
    return {
      async run(name, fn) {
        const id = String(count++);
        await client.set(name, id, 'PX', LEASE, 'NX');
        await fn();
        await (client as unknown as { remove(key: string, id: string): Promise<unknown> }).remove(name, id);
      },
      close: () => client.disconnect(),
    };
  },
  valvekit: (port) => ours(port, 16),
  'valvekit, passes: 0': (port) => ours(port, 0),
  'redis-semaphore': (port) => {
    const client = new Ioredis5({ port, host: '127.0.0.1' });
    return {
      async run(name, fn) {
        const mutex = new Mutex(client as never, name, { lockTimeout: LEASE, acquireTimeout: 60_000 });
        await mutex.acquire();
        await fn();
        await mutex.release();
      },
      close: () => client.disconnect(),
    };
  },
  'redlock 5': (port) => redlock(port, {}),
  'redlock 5, 10 ms': (port) => redlock(port, { retryDelay: 10, retryJitter: 5 }),
  '@sesamecare-oss/redlock': (port) => {
    const client = new Ioredis5({ port, host: '127.0.0.1' });
    const locks = new Sesamecare([client as never], { retryCount: -1 });
    return {
      async run(name, fn) {
        const lock = await locks.acquire([name], LEASE);
        await fn();
        await lock.release();
      },
      close: () => client.disconnect(),
    };
  },
};
