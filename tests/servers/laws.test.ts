import type { FencedLease } from '@valvekit/redis';
import { contractLaws } from '@valvekit-internal/laws/contract/contract-laws';
import { afterAll } from 'vitest';
import { scripts } from '../../packages/redis/src/lua/scripts.ts';
import { clients } from './clients.ts';
import { anyServer, operatorOf, prefix, user } from './environment.ts';
import { redisSubjects } from './redis-subjects.ts';

const server = await anyServer();
const operator = operatorOf(server.port);
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

// Every kind through every client; without hand-overs, through one.
for (const [name, open] of Object.entries(clients)) {
  const opened = await Promise.all([open(server.port, user), open(server.port, user)]);
  afterAll(() => opened.forEach(({ close }) => void close()));
  for (const passes of name === 'ioredis 6' ? [0, 16] : [16]) {
    for (const [kind, subject] of Object.entries(redisSubjects(opened, { prefix, passes }, lose)))
      contractLaws(`${name}: passes: ${passes}, ${kind}`, subject);
  }
}
