// What the processes of the chaos write to: two counters. One of them refuses who has lost the lock, the other does not.
import type { FencedLease, LocksOptions } from '@valvekit/lease';
import { LeaseLostError, PostgresLocks } from '@valvekit/postgres';
import { RedisLocks } from '@valvekit/redis';
import { DATABASE, roles } from '@valvekit-internal/servers/postgres-server';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { AnyLocks } from './clients.ts';
import { prefix } from './environment.ts';

export interface Ledger {
  readonly locks: AnyLocks;
  /** Makes what it needs, as the operator. */
  prepare(): Promise<void>;
  /** Adds one under the lease, with a pause between reading and writing. False if it was refused. */
  add(lease: FencedLease, pause: () => Promise<void>): Promise<boolean>;
  /** The counter that nobody guards. */
  plain(): Promise<number>;
  setPlain(value: number): Promise<unknown>;
  /** What was accepted, in order: token and value. */
  history(): Promise<(readonly [token: number, value: number])[]>;
  /** How often the plain counter was set. */
  plainWrites(): Promise<number>;
  close(): Promise<void>;
}

// A store that checks tokens, and keeps a history of what it accepted. KEYS: fence, counter, history.
const CHECK =
  "local f = tonumber(redis.call('GET', KEYS[1]) or 0) if tonumber(ARGV[1]) < f then return -1 end redis.call('SET', KEYS[1], ARGV[1]) ";
const READ = `${CHECK} return tonumber(redis.call('GET', KEYS[2]) or 0)`;
const WRITE = `${CHECK} redis.call('SET', KEYS[2], ARGV[2]) redis.call('RPUSH', KEYS[3], ARGV[1] .. ' ' .. ARGV[2]) return 1`;
// The same without a token.
const SET = "redis.call('SET', KEYS[1], ARGV[1]) redis.call('INCR', KEYS[2]) return 1";
const FENCED = ['fenced:fence', 'fenced:counter', 'fenced:history'];

function redisLedger(port: number, options: LocksOptions): Ledger {
  const client = new Redis({ port, host: '127.0.0.1' }).on('error', () => {});
  const locks = new RedisLocks(client, options);
  return {
    locks,
    async prepare() {},
    async add({ token }, pause) {
      // Shown before the first read.
      const before = Number(await client.eval(READ, 3, ...FENCED, token));
      if (before < 0) return false;
      await pause();
      return Number(await client.eval(WRITE, 3, ...FENCED, token, before + 1)) === 1;
    },
    plain: async () => Number(await client.get('plain:counter')),
    setPlain: (value) => client.eval(SET, 2, 'plain:counter', 'plain:writes', value),
    async history() {
      return (await client.lrange('fenced:history', 0, -1)).map((line) => {
        const [token = 0, value = 0] = line.split(' ').map(Number);
        return [token, value] as const;
      });
    },
    plainWrites: async () => Number(await client.get('plain:writes')),
    async close() {
      await locks.close();
      client.disconnect();
    },
  };
}

function postgresLedger(port: number, options: LocksOptions): Ledger {
  const address = { host: '127.0.0.1', port, database: DATABASE };
  const pool = new pg.Pool({ ...address, user: roles.runtime, max: 4 }).on('error', () => {});
  const locks = new PostgresLocks(pool, options);
  const number = async (column: string): Promise<number> => {
    return Number((await pool.query(`select ${column} as n from counters`)).rows[0].n);
  };
  return {
    locks,
    async prepare() {
      const operator = new pg.Client({ ...address, user: roles.operator });
      await operator.connect();
      await operator.query('create table counters (fenced integer, plain integer, writes integer)');
      await operator.query('insert into counters values (0, 0, 0)');
      await operator.query('create table history (at serial, token bigint, value integer)');
      await operator.query(`grant all on counters, history, history_at_seq to ${roles.runtime}`);
      await operator.end();
    },
    async add(lease, pause) {
      const tx = await pool.connect();
      try {
        await tx.query('begin');
        await locks.fence(tx, lease);
        const { rows } = await tx.query('select fenced from counters');
        await pause();
        const value = Number(rows[0].fenced) + 1;
        await tx.query('update counters set fenced = $1', [value]);
        await tx.query('insert into history (token, value) values ($1, $2)', [lease.token, value]);
        await tx.query('commit');
        return true;
      } catch (error) {
        await tx.query('rollback');
        if (error instanceof LeaseLostError) return false;
        throw error;
      } finally {
        tx.release();
      }
    },
    plain: () => number('plain'),
    setPlain: (value) => pool.query('update counters set plain = $1, writes = writes + 1', [value]),
    async history() {
      const { rows } = await pool.query('select token, value from history order by at');
      return rows.map(({ token, value }) => [Number(token), Number(value)] as const);
    },
    plainWrites: () => number('writes'),
    async close() {
      await locks.close();
      await pool.end();
    },
  };
}

/** The ledger on an engine, by the engine's name. */
export function openLedger(engine: string, port: number, options: LocksOptions = {}): Ledger {
  return (engine === 'Redis' ? redisLedger : postgresLedger)(port, { prefix, ...options });
}
