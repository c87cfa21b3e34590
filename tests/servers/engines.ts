// The engines that are there, with their clients: what the suites run on.
import type { FencedLease, LockId } from '@valvekit/lease';
import { engines as postgresEngines } from '@valvekit-internal/servers/postgres-engines';
import { DATABASE, type PostgresServer } from '@valvekit-internal/servers/postgres-server';
import { given, program } from '@valvekit-internal/servers/redis-server';
import { scripts } from '../../packages/redis/src/lua/scripts.ts';
import { prefix } from './environment.ts';
import { postgresClients } from './postgres-clients.ts';
import { breakAll, startPostgres } from './postgres-environment.ts';
import { redisClients } from './redis-clients.ts';
import { anyServer, operatorOf, startServer } from './redis-environment.ts';

/** A server that is there. */
export interface Reached {
  readonly port: number;
  stop(): Promise<void>;
  /** Ends the time of a hold, as if it had not been renewed, and makes the server look at it. */
  lose(lock: LockId, lease: FencedLease): Promise<void>;
}

/** A server that a test has started. */
export interface Started extends Reached {
  /** Ends it as in a crash, and keeps its data. */
  end(): Promise<void>;
  run(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Breaks the connections of all clients. */
  disconnect(): Promise<void>;
  /** The connections that listen; a new one has a new name. */
  listeners(): Promise<string[]>;
}

export interface Engine {
  readonly name: string;
  readonly clients: readonly string[];
  /** A server that keeps its data, if it can be started. */
  readonly start: (() => Promise<Started>) | undefined;
  /** Any server: where none can be started, the one that is given. */
  reach(): Promise<Reached>;
}

function onRedis(port: number): Pick<Started, 'lose' | 'disconnect' | 'listeners'> & { close(): void } {
  const operator = operatorOf(port);
  return {
    async lose({ kind, name }, { token }) {
      const tag = { mutex: 'm', semaphore: 's', lock: 'l' }[kind];
      const escaped = name.replace(/[%} ]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
      const base = `${prefix}:{${tag}:${escaped}}:`;
      const state = `${base}s`;
      for (const [field, record] of Object.entries(await operator.hgetall(state))) {
        const [permits = '', first = '', , ...rest] = record.split(' ');
        const isIt = field.startsWith('h') && Number(first) <= token && token - Number(first) <= 16;
        if (isIt) await operator.hset(state, field, [permits, first, '1', ...rest].join(' '), 'e', '1');
      }
      await operator.eval(scripts.release.text, 3, state, `${base}q`, `${base}w`, 'nobody:1');
    },
    async disconnect() {
      await operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    async listeners() {
      const list = String(await operator.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
      return Array.from(list.matchAll(/\bid=(\d+)/g), ([, id]) => String(id));
    },
    close: () => operator.disconnect(),
  };
}

async function stopped(server: { stop(): Promise<void> }, close: () => void): Promise<void> {
  close();
  await server.stop();
}

const redis: Engine = {
  name: 'Redis',
  clients: Object.keys(redisClients),
  async reach() {
    const server = await anyServer();
    const { lose, close } = onRedis(server.port);
    return { port: server.port, lose, stop: () => stopped(server, close) };
  },
  start:
    program === undefined
      ? undefined
      : async () => {
          const server = await startServer(['--appendonly', 'yes', '--appendfsync', 'always']);
          const { lose, disconnect, listeners, close } = onRedis(server.port);
          return {
            port: server.port,
            lose,
            disconnect,
            listeners,
            stop: () => stopped(server, close),
            end: () => server.end('SIGKILL'),
            run: () => server.run(),
            pause: () => server.signal('SIGSTOP'),
            resume: () => server.signal('SIGCONT'),
          };
        },
};

async function losePostgres(server: PostgresServer, { kind, name }: LockId, { token }: FencedLease): Promise<void> {
  const key = `'${`${prefix}:${kind}:${name}`.replaceAll("'", "''")}'`;
  await server.query(
    DATABASE,
    `update valvekit.hold set until = 1 where key = ${key} and ${token} between token and token + 16`,
    `update valvekit.lock set soonest = 1 where key = ${key}`,
    `select valvekit.release_v1(${key}, 'nobody:1 0', false)`,
  );
}

/** Those of pg have the lock of their session, those of postgres have sent nothing since. */
async function listenersOf(server: PostgresServer): Promise<string[]> {
  const rows = await server.query(
    DATABASE,
    "select pid from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' " +
      "union select pid from pg_stat_activity where query like 'listen %' and state = 'idle' and backend_type = 'client backend'",
  );
  return rows.map(({ pid }) => String(pid));
}

function postgresEngine(engine: (typeof postgresEngines)[number]): Engine {
  const start = async (): Promise<Started> => {
    const server = await startPostgres(engine);
    return {
      port: server.port,
      lose: (lock, lease) => losePostgres(server, lock, lease),
      disconnect: () => breakAll(server),
      listeners: () => listenersOf(server),
      stop: () => server.stop(),
      // As a crash: it does not write down what is in its memory. Killed in another way it would leave its children.
      end: () => server.end('SIGQUIT'),
      run: () => server.run(),
      pause: () => server.signalAll('SIGSTOP'),
      resume: () => server.signalAll('SIGCONT'),
    };
  };
  return { name: engine.name, clients: Object.keys(postgresClients), start, reach: start };
}

export const engines: readonly Engine[] = [
  ...(program === undefined && given === undefined ? [] : [redis]),
  ...postgresEngines.map(postgresEngine),
];

/** Those on which what does not depend on the version is tried: the newest of each kind. */
export const newest: readonly Engine[] = engines.filter(
  ({ name }, i) => engines.findIndex((other) => other.name.split(' ')[0] === name.split(' ')[0]) === i,
);

/** A client on an engine. */
export interface Combination {
  /** As the table shows it. */
  readonly label: string;
  readonly engine: Engine;
  readonly client: string;
}

/** Every client on each of these engines. */
export function combinations(of: readonly Engine[]): Combination[] {
  return of.flatMap((engine) =>
    engine.clients.map((client) => {
      return { label: engine.name === 'Redis' ? client : `${client} on ${engine.name}`, engine, client };
    }),
  );
}
