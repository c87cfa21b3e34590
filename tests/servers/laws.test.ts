import type { FencedLease } from '@valvekit/redis';
import { contractLaws } from '@valvekit-internal/laws/contract/contract-laws';
import { RedisServer } from '@valvekit-internal/servers/redis-server';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { scripts } from '../../packages/redis/src/lua/scripts.ts';
import { clients } from './clients.ts';
import { redisSubjects } from './redis-subjects.ts';

const server = await RedisServer.start();
const operator = new Redis({ port: server.port, host: '127.0.0.1' });
afterAll(async () => {
  operator.disconnect();
  await server.stop();
});

/** Ends the time of a hold, as if it had not been renewed, and makes the server look at it. */
async function lose(state: string, { token }: FencedLease): Promise<void> {
  for (const [field, record] of Object.entries(await operator.hgetall(state))) {
    const [permits = '', first = '', , ...rest] = record.split(' ');
    const isIt = field.startsWith('h') && Number(first) <= token && token - Number(first) <= 16;
    if (isIt) await operator.hset(state, field, [permits, first, '1', ...rest].join(' '), 'e', '1');
  }
  const keys = [state, state.replace(/s$/, 'q'), state.replace(/s$/, 'w')];
  await operator.eval(scripts.release.text, 3, ...keys, 'nobody:1');
}

for (const [name, open] of Object.entries(clients)) {
  const opened = await Promise.all([open(server.port), open(server.port)]);
  afterAll(() => opened.forEach(({ close }) => void close()));
  // All laws for all kinds with one client; with the others, what goes through all commands of ours.
  const isAll = name === 'ioredis 6';
  for (const passes of isAll ? [0, 16] : [16]) {
    for (const [kind, subject] of Object.entries(redisSubjects(opened, { prefix: `laws.${passes}`, passes }, lose))) {
      if ((isAll && passes === 16) || kind.startsWith('semaphore'))
        contractLaws(`${name}, passes: ${passes}, ${kind}`, subject);
    }
  }
}
