// A Redis, and a user who has the rights of the docs and no others.
import { readFileSync } from 'node:fs';
import { type LocksOptions, RedisLocks } from '@valvekit/redis';
import { given, leadTo, RedisServer } from '@valvekit-internal/servers/redis-server';
import { Redis } from 'ioredis';
import { type Cleanup, prefix } from './environment.ts';
import type { OpenedRedis } from './redis-clients.ts';

/** The user of the access list below, or of the address that is given. */
export const user = given
  ? { username: given.username || 'default', password: given.password }
  : { username: 'locks', password: 'secret' };

/** The access list of the guide, as a shell reads its command. */
export const rights: readonly string[] = (() => {
  const guide = readFileSync(new URL('../../docs/guide/operating.md', import.meta.url), 'utf8');
  const [, list = ''] = /^redis-cli ACL SETUSER locks ((?:.*\\\n)*.*)$/m.exec(guide) ?? [];
  return list.replaceAll(/'|\\\n/g, '').split(/\s+/);
})();

/** Gives the user these rights. */
export async function grant(operator: Redis, list: readonly string[] = rights): Promise<void> {
  await operator.acl('SETUSER', user.username, 'reset', ...list);
}

/** A client that may do everything. */
export function operatorOf(port: number): Redis {
  return new Redis({ port, host: '127.0.0.1', ...(given && user) }).on('error', () => {});
}

/** A server that any suite can use: one that is started for it, or the one that is given. */
export async function anyServer(): Promise<Pick<RedisServer, 'port' | 'stop'>> {
  return given ? leadTo(given) : startServer();
}

/** Starts a server that has the user, also after a restart. By default it keeps nothing on disk. */
export function startServer(args: readonly string[] = ['--save', '', '--appendonly', 'no']): Promise<RedisServer> {
  return RedisServer.start([...args, '--user', user.username, ...rights]);
}

/** Locks through a client of their own, which end with the test. */
export async function family(
  open: (port: number, as: typeof user) => Promise<OpenedRedis>,
  port: number,
  cleanup: Cleanup,
  options: LocksOptions = {},
): Promise<RedisLocks> {
  const { client, close } = await open(port, user);
  const locks = new RedisLocks(client, { prefix, ...options });
  cleanup(async () => {
    await locks.close({ timeout: 0 });
    close();
  });
  return locks;
}
