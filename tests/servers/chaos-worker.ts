// One process of the chaos: adds to two counters under the lock, with pauses. One counter checks the token.
import { LeaseLostError, RedisLocks } from '@valvekit/redis';
import { Redis } from 'ioredis';

const [, , port = '', prefix = ''] = process.argv;
const client = new Redis({ port: Number(port), host: '127.0.0.1' }).on('error', () => {});
const locks = new RedisLocks(client, { prefix, lease: 1000, label: String(process.pid) });
let isOver = false;
process.on('SIGTERM', () => {
  isOver = true;
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

/** Writes only if no newer token has been shown: a store that checks, in one script. */
const SHOW =
  "local f = tonumber(redis.call('GET', KEYS[2]) or 0) if tonumber(ARGV[1]) < f then return -1 end redis.call('SET', KEYS[2], ARGV[1]) return tonumber(redis.call('GET', KEYS[1]) or 0)";
const WRITE =
  "local f = tonumber(redis.call('GET', KEYS[2]) or 0) if tonumber(ARGV[1]) < f then return -1 end redis.call('SET', KEYS[1], ARGV[2]) return 1";

const figures = { writes: 0, refused: 0, lost: 0, tokens: [] as number[] };
while (!isOver) {
  try {
    await locks.mutex('chaos').sandbox(async ({ token }) => {
      figures.tokens.push(token);
      // Shown before the first read.
      const before = Number(await client.eval(SHOW, 2, 'chaos:counter', 'chaos:fence', token));
      if (before < 0) return void figures.refused++;
      if (Math.random() < 0.3) await sleep(Math.random() * 30);
      const done = Number(await client.eval(WRITE, 2, 'chaos:counter', 'chaos:fence', token, before + 1));
      if (done === 1) figures.writes++;
      else figures.refused++;
      if (done === 1) process.stdout.write(`w ${token}\n`);
    });
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    figures.lost++;
  }
}
await locks.close();
client.disconnect();
process.stdout.write(`end ${JSON.stringify({ ...figures, tokens: figures.tokens.length })}\n`);
