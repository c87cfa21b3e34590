// One process of the chaos: adds to two counters under the lock, with pauses. One of them checks the token.
import { LeaseLostError, RedisLocks } from '@valvekit/redis';
import { Redis } from 'ioredis';
import { prefix } from './environment.ts';

const [, , port = ''] = process.argv;
const client = new Redis({ port: Number(port), host: '127.0.0.1' }).on('error', () => {});
const locks = new RedisLocks(client, { prefix, lease: 1000, label: String(process.pid) });
let isOver = false;
// However late this process comes to hear it.
process.stdin.on('end', () => (isOver = true)).resume();

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

// A store that checks tokens, and keeps a history of what it accepted. KEYS: fence, counter, history.
const CHECK =
  "local f = tonumber(redis.call('GET', KEYS[1]) or 0) if tonumber(ARGV[1]) < f then return -1 end redis.call('SET', KEYS[1], ARGV[1]) ";
const READ = `${CHECK} return tonumber(redis.call('GET', KEYS[2]) or 0)`;
const WRITE = `${CHECK} redis.call('SET', KEYS[2], ARGV[2]) redis.call('RPUSH', KEYS[3], ARGV[1] .. ' ' .. ARGV[2]) return 1`;
// The same without a token.
const ADD = "redis.call('SET', KEYS[1], ARGV[1]) redis.call('INCR', KEYS[2]) return 1";

function tell(what: 'ready' | 'refused' | 'lost' | 'end'): void {
  process.stdout.write(`${what}\n`);
}

tell('ready');
while (!isOver) {
  try {
    await locks.mutex('chaos').sandbox(async (lease) => {
      const { token } = lease;
      const keys = ['fenced:fence', 'fenced:counter', 'fenced:history'];
      // Shown before the first read.
      const before = Number(await client.eval(READ, 3, ...keys, token));
      if (before < 0) return tell('refused');
      const plain = Number(await client.get('plain:counter'));
      await sleep(Math.random() * 60);
      const done = Number(await client.eval(WRITE, 3, ...keys, token, before + 1));
      if (done !== 1) tell('refused');
      lease.check();
      await client.eval(ADD, 2, 'plain:counter', 'plain:writes', plain + 1);
    });
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    tell('lost');
  }
}
await locks.close();
client.disconnect();
tell('end');
