import type { Push } from '@valvekit/lease';
import { StoreError } from '@valvekit/postgres';
import { describe, expect, it, vi } from 'vitest';
import { stateOf } from '../src/errors.ts';
import { keyOf, lockOf } from '../src/keys.ts';
import { readPostgresOptions } from '../src/options.ts';
import { PostgresStore } from '../src/postgres-store.ts';
import { Scripted, sqlError } from './scripted.ts';

const lock = { kind: 'mutex', name: 'a b' } as const;
const request = { id: 'x:1', permits: 1, priority: 0, place: 0, joins: true };
const ask = { capacity: 1, decides: true, lease: 3000, range: 16, notAfter: 0, label: 'me', requests: [request] };

function made(answer: Scripted['answer'] = () => '', options = {}): { store: PostgresStore; connection: Scripted } {
  const connection = new Scripted();
  connection.answer = answer;
  return { store: new PostgresStore(connection, 'p', 'x', readPostgresOptions(options)), connection };
}

describe('keys', () => {
  it('differ for every kind and name, and can be read back', () => {
    const names = ['a', 'a:b', ':', 'mutex:a', 'a b', '\n', 'é🔒'];
    const kinds = ['mutex', 'semaphore', 'lock'] as const;
    const locks = kinds.flatMap((kind) => names.map((name) => ({ kind, name })));
    expect(new Set(locks.map((each) => keyOf('p', each))).size).toBe(locks.length);
    expect(locks.map((each) => lockOf(keyOf('p', each)))).toEqual(locks);
    expect([lockOf('other'), lockOf('p:z:a')]).toEqual([undefined, undefined]);
  });
});

describe('statements', () => {
  it('ask for places with text only, and read the answers', async () => {
    let answer = '2000000 5000000 ok granted 1700000000000001 5000000 3000000';
    const { store, connection } = made(() => answer);
    expect(await store.ask(lock, ask)).toEqual({
      now: 2000,
      soonest: 5000,
      verdicts: [{ is: 'granted', token: 1_700_000_000_000_001, until: 5000, length: 3000 }],
    });
    expect(connection.statements[0]).toEqual([
      'select "valvekit".ask_v1($1::text::text, $2::text::bigint, $3::text::bool, $4::text::bigint, $5::text::bigint, ' +
        '$6::text::bigint, $7::text::text, $8::text::bool, $9::text::text, $10::text::text, $11::text::bool)',
      ['p:mutex:a b', '1', 'true', '3000000', '16', '0', 'x', 'false', 'me', 'x:1 1 0 0 1', 'false'],
    ]);
    const verdicts = async (rest: string) => {
      answer = `1 2 ${rest}`;
      return (await store.ask(lock, { ...ask, notAfter: 1.0005, requests: [{ ...request, joins: false }] })).verdicts;
    };
    expect(await verdicts('late')).toEqual([{ is: 'late' }]);
    expect(await verdicts('ok waiting 17 3 0')).toEqual([{ is: 'waiting', place: 17, ahead: 3 }]);
    expect(await verdicts('ok gone 0 0 0')).toEqual([{ is: 'gone' }]);
    expect(await verdicts('ok refused 0 0 0')).toEqual([{ is: 'refused' }]);
    // A time is rounded up.
    expect(connection.statements.at(-1)?.[1]).toEqual(expect.arrayContaining(['1001', 'x:1 1 0 0 0']));
  });

  it('release, renew and change holds', async () => {
    const { store, connection } = made(() => '1000 2000 1 0', { schema: 'Mine', durability: 'memory' });
    const known = { now: 1, soonest: 2, known: [true, false] };
    expect(await store.release(lock, ['x:1', 'x:2'])).toEqual(known);
    expect(await store.renew(lock, ['x:1', 'x:2'], 3000)).toEqual(known);
    expect(await store.resize(lock, 'x:1', 2)).toEqual(known);
    expect(connection.statements.map(([text, values]) => [text.slice(0, 24), values])).toEqual([
      ['select "Mine".release_v1', ['p:mutex:a b', 'x:1 0 x:2 0', 'true']],
      ['select "Mine".renew_v1($', ['p:mutex:a b', '3000000', '0', 'x:1 x:2', 'true']],
      ['select "Mine".renew_v1($', ['p:mutex:a b', '0', '2', 'x:1', 'true']],
    ]);
  });

  it('show the state', async () => {
    const { store } = made(() => '{"waiting": 2, "holders": [[1, 17, 1000, 2000, "a label"]]}');
    const holder = { permits: 1, token: 17, since: 1, until: 2, label: 'a label' };
    expect(await store.state(lock)).toEqual({ waiting: 2, holders: [holder] });
  });

  it('have the end of a request remembered only while a copy of it may arrive', async () => {
    let answer: unknown = '1 0 ok waiting 1 0 0';
    const { store, connection } = made(() => answer);
    const remembered = async (): Promise<unknown> => {
      answer = '1 0 1';
      await store.release(lock, ['x:1']);
      return connection.statements.at(-1)?.[1][1];
    };
    // Answered: no copy is left.
    await store.ask(lock, ask);
    expect(await remembered()).toBe('x:1 0');
    // One of two was not answered.
    answer = new Error('network');
    await expect(store.ask(lock, ask)).rejects.toThrow('network');
    answer = '1 0 ok waiting 1 0 0';
    await store.ask(lock, ask);
    expect(await remembered()).toBe('x:1 1');
    // The server knows now.
    expect(await remembered()).toBe('x:1 0');
    // Given up while it was under way.
    let arrive: (answer: unknown) => void = () => {};
    answer = new Promise((resolve) => {
      arrive = resolve;
    });
    const asking = store.ask(lock, ask);
    const late = answer;
    expect(await remembered()).toBe('x:1 1');
    arrive('1 0 ok gone 0 0 0');
    await Promise.all([asking, late]);
    expect(await remembered()).toBe('x:1 0');
  });

  it('are sent again when transactions get in each other’s way', async () => {
    let tries = 0;
    const { store } = made(() => (++tries < 3 ? sqlError(tries === 1 ? '40001' : '40P01') : '1 0 1'));
    await store.release(lock, ['x:1']);
    expect(tries).toBe(3);
    const conflict = sqlError('40001');
    const { store: busy } = made(() => conflict);
    await expect(busy.release(lock, ['x:1'])).rejects.toBe(conflict);
  });
});

describe('messages', () => {
  it('are heard if they are ours', async () => {
    const { store, connection } = made();
    const [push, up] = [vi.fn<(push: Push) => void>(), vi.fn()];
    const stop = await store.listen(push, up);
    for (const text of [
      'granted x:1 17 5000 3000 p:mutex:1 2',
      'refused x:1 2 p:semaphore:a',
      'taken x:1 p:lock:a',
      'look x:1 p:lock:a',
      'other x:1 p:lock:a',
      'taken x:1 nothing',
      '',
    ]) {
      connection.message(text);
    }
    expect(push.mock.calls.flat()).toEqual([
      { is: 'granted', lock: { kind: 'mutex', name: '1 2' }, id: 'x:1', token: 17, until: 5, length: 3 },
      { is: 'refused', lock: { kind: 'semaphore', name: 'a' }, id: 'x:1', capacity: 2 },
      { is: 'taken', lock: { kind: 'lock', name: 'a' }, id: 'x:1' },
      { is: 'look', lock: { kind: 'lock', name: 'a' }, id: 'x:1' },
    ]);
    connection.up();
    expect(up).toHaveBeenCalledOnce();
    await stop();
    expect(connection.isListening).toBe(false);
    store.end();
  });

  it('that the server refuses to listen to', async () => {
    const { store } = made(() => sqlError('42501'));
    await expect(store.listen(vi.fn(), vi.fn())).rejects.toThrow(StoreError);
  });

  it('end with a connection that can be ended', () => {
    const connection = Object.assign(new Scripted(), { end: vi.fn() });
    new PostgresStore(connection, 'p', 'x', readPostgresOptions({})).end();
    expect(connection.end).toHaveBeenCalledOnce();
  });
});

describe('errors', () => {
  it.each(['42501', '25006', '53100', 'VKL03', '22021'])('%s is the server’s', async (code) => {
    const { store } = made(() => sqlError(code));
    const error: unknown = await store.state(lock).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect((error as StoreError).message).toContain('the server refused to show the state: words of the server');
    const { cause } = error as StoreError;
    expect(Object.keys(cause as object)).toEqual([]);
    expect(JSON.stringify([error, cause])).not.toContain('secret');
  });

  const passing = ['57P01', '57P03', '08006', '53300', '57014', '55P03', '25P04', 'EPIPE', 'ECONNRESET'];
  it.each(passing)('%s passes', async (code) => {
    const error = sqlError(code);
    const { store } = made(() => error);
    await expect(store.state(lock)).rejects.toBe(error);
  });

  it('have states only if they look like one', () => {
    expect([undefined, 'text', {}, { code: 5 }, { code: '1234' }, { code: 'abcde' }].map(stateOf)).toEqual(
      Array(6).fill(undefined),
    );
  });

  it('say what to run where the schema is another', async () => {
    const message = async (revision: unknown, code = '3F000'): Promise<string> => {
      const { store } = made((text) => (text.includes('revision()') ? revision : sqlError(code)));
      return store.state(lock).then(String, String);
    };
    expect(await message(sqlError('3F000'))).toContain('Run "await locks.install()"');
    expect(await message(undefined, '42883')).toContain('Run "await locks.install()"');
    expect(await message('1000', '42883')).toContain('has revision 1000, and this package knows');
    expect(await message(undefined, '42501')).toContain('needs USAGE of the schema "valvekit" and EXECUTE');
    const { store } = made(() => sqlError('42501'));
    await expect(store.install()).rejects.toThrow('as a role that owns the schema "valvekit" or may create it');
    const cause = { message: 'words of the server', code: 'ECONNREFUSED' };
    await expect(made(() => sqlError('ECONNREFUSED')).store.install()).rejects.toMatchObject({
      name: 'StoreError',
      message: 'install(): the store did not answer',
      cause,
    });
  });
});

describe('options', () => {
  it.each([
    [{ schema: 5 }, TypeError, 'schema'],
    [{ schema: 'a b' }, RangeError, 'schema'],
    [{ schema: 'pg_x' }, RangeError, /^schema must be .*, not beginning with a digit or pg_, but is "pg_x"$/],
    [{ schema: '1a' }, RangeError, /not beginning with a digit/],
    [{ schema: 'a'.repeat(64) }, RangeError, 'schema'],
    [{ durability: 5 }, TypeError, 'durability'],
    [{ durability: 'disk' }, RangeError, 'durability'],
  ])('%o is refused', (options, Refusal, name) => {
    expect(() => readPostgresOptions(options as object)).toThrow(Refusal);
    expect(() => readPostgresOptions(options as object)).toThrow(name);
  });
});
