// The clients of all engines, and the locks on them.
import type { LocksOptions } from '@valvekit/lease';
import { PostgresLocks } from '@valvekit/postgres';
import { RedisLocks } from '@valvekit/redis';
import type { Quiet } from '@valvekit-internal/servers/quiet';
import { connectionOf as postgresConnection } from '../../packages/postgres/src/clients/clients.ts';
import { connectionOf as redisConnection } from '../../packages/redis/src/clients/clients.ts';
import { type Cleanup, prefix } from './environment.ts';
import { postgresClients } from './postgres-clients.ts';
import { redisClients } from './redis-clients.ts';
import { user } from './redis-environment.ts';

export type AnyLocks = RedisLocks | PostgresLocks;

/** A client on a port, for the user of the tests. */
export interface Opened {
  /** Locks on it. `quiet` hears what they send. */
  locks(options?: LocksOptions, quiet?: Quiet): AnyLocks;
  close(): unknown;
}

async function openRedis(name: string, port: number): Promise<Opened> {
  const { client, close } = await (redisClients[name] as (typeof redisClients)[string])(port, user);
  return {
    locks: (options, quiet) => {
      return new RedisLocks(quiet?.watchRedis(redisConnection(client)) ?? client, { prefix, ...options });
    },
    close,
  };
}

async function openPostgres(name: string, port: number): Promise<Opened> {
  const { client, close } = await (postgresClients[name] as (typeof postgresClients)[string])(port);
  return {
    locks: (options, quiet) => {
      return new PostgresLocks(quiet?.watchPostgres(postgresConnection(client)) ?? client, { prefix, ...options });
    },
    close,
  };
}

/** Opens a client of any engine, by its name. */
export function open(name: string, port: number): Promise<Opened> {
  return name in redisClients ? openRedis(name, port) : openPostgres(name, port);
}

/** Locks through a client of their own, which end with the test. */
export async function family(
  name: string,
  port: number,
  cleanup: Cleanup,
  options: LocksOptions = {},
): Promise<AnyLocks> {
  const opened = await open(name, port);
  const locks = opened.locks(options);
  cleanup(async () => {
    await locks.close({ timeout: 0 });
    await opened.close();
  });
  return locks;
}
