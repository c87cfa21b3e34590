import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectionOf } from '../src/clients/clients.ts';

/** What pg has of a client, as far as it is used. */
class FakeClient extends EventEmitter {
  static made: FakeClient[] = [];
  /** What statements of the next clients are answered with. */
  static answer: (text: string) => unknown = () => ({ rows: [{ has: 'true' }] });
  static refuses = false;
  readonly options: unknown;
  readonly connectionParameters: unknown;
  readonly statements: string[] = [];
  readonly connection = { stream: { destroy: vi.fn(() => void this.emit('end')) } };
  readonly connect = vi.fn(async () => {
    if (FakeClient.refuses) throw new Error('network');
  });
  readonly end = vi.fn(async () => {});

  constructor(options?: unknown) {
    super();
    this.options = options;
    this.connectionParameters = options;
    FakeClient.made.push(this);
  }

  async query(text: string, values: unknown[] = []): Promise<{ rows: readonly unknown[] }> {
    this.statements.push([text, ...values].join(' '));
    const answer = FakeClient.answer(text);
    if (answer instanceof Error) throw answer;
    return (await answer) as { rows: readonly unknown[] };
  }
}

class FakePool {
  readonly Client = FakeClient;
  readonly options = { host: 'h' };
  readonly query = vi.fn(async (text: string, values: unknown[]) => ({ rows: [{ text, values }] }));
  readonly connect = vi.fn();
}

const listen = ['listen "c"', 'select pg_try_advisory_lock(hashtextextended($1::text, 0))::text as has c'];

beforeEach(() => {
  vi.useFakeTimers();
  FakeClient.made = [];
  FakeClient.refuses = false;
  FakeClient.answer = () => ({ rows: [{ has: 'true' }] });
});
afterEach(() => void vi.useRealTimers());

async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

describe('pg', () => {
  it('sends to the pool, and listens on a client made as the pool’s are', async () => {
    const pool = new FakePool();
    const connection = connectionOf(pool);
    expect(await connection.query('select $1', ['v'])).toEqual({ rows: [{ text: 'select $1', values: ['v'] }] });
    expect(connection.holdsLock).toBe(true);
    const [message, up] = [vi.fn(), vi.fn()];
    const stop = await connection.listen('c', message, up);
    const [client] = FakeClient.made as [FakeClient];
    expect([client.options, client.statements]).toEqual([pool.options, listen]);
    expect(client.options).toBe(pool.options);
    client.emit('error', new Error('network'));
    client.emit('notification', { channel: 'c', payload: 'text' });
    client.emit('notification', { channel: 'c' });
    client.emit('notification', { channel: 'other', payload: 'text' });
    expect([message.mock.calls, up.mock.calls.length]).toEqual([[['text'], ['']], 1]);
    await stop();
    expect(client.end).toHaveBeenCalledOnce();
    client.emit('notification', { channel: 'c', payload: 'late' });
    client.emit('end');
    await settle(10_000);
    expect([message.mock.calls.length, FakeClient.made.length]).toEqual([2, 1]);
    // In case that the server does not answer.
    expect(client.connection.stream.destroy).toHaveBeenCalled();
  });

  it('has one statement under way on a single client', async () => {
    let isFirst = true;
    let answer = (): void => {};
    const client = new FakeClient({ host: 'single' });
    FakeClient.answer = () => {
      if (!isFirst) return { rows: [] };
      isFirst = false;
      return new Promise((_, reject) => {
        answer = () => reject(new Error('first'));
      });
    };
    const connection = connectionOf(client);
    const both = [connection.query('one', []), connection.query('two', [])];
    const refused = expect(both[0]).rejects.toThrow('first');
    await settle();
    expect(client.statements).toEqual(['one']);
    answer();
    await refused;
    await both[1];
    expect(client.statements).toEqual(['one', 'two']);
    FakeClient.answer = () => ({ rows: [{ has: 'true' }] });
    await (await connection.listen('c', vi.fn(), vi.fn()))();
    expect(FakeClient.made[1]?.options).toEqual({ host: 'single' });
  });

  it('rejects if it cannot listen at first, and listens again when its connection breaks later', async () => {
    const connection = connectionOf(new FakePool());
    FakeClient.refuses = true;
    await expect(connection.listen('c', vi.fn(), vi.fn())).rejects.toThrow('network');
    FakeClient.refuses = false;
    const up = vi.fn();
    const stop = await connection.listen('c', vi.fn(), up);
    FakeClient.refuses = true;
    FakeClient.made[1]?.emit('end');
    // Each try waits longer than the one before.
    await settle(4000);
    expect(FakeClient.made.length).toBe(8);
    FakeClient.refuses = false;
    await settle(2000);
    expect(up).toHaveBeenCalledTimes(2);
    await stop();
    await settle(10_000);
    expect(FakeClient.made.length).toBe(9);
  });

  it('takes the lock of the session when its former one is gone', async () => {
    let has = 'false';
    FakeClient.answer = () => ({ rows: [{ has }] });
    const up = vi.fn();
    const stop = await connectionOf(new FakePool()).listen('c', vi.fn(), up);
    expect(up).toHaveBeenCalledOnce();
    await settle(300);
    has = 'true';
    await settle(300);
    expect(FakeClient.made[0]?.statements).toEqual([listen[0], listen[1], listen[1], listen[1]]);
    await stop();
    // Neither after the end, nor if it fails.
    has = 'false';
    const next = await connectionOf(new FakePool()).listen('c', vi.fn(), vi.fn());
    FakeClient.answer = () => new Error('network');
    await settle(300);
    await next();
    FakeClient.answer = () => ({ rows: [{ has }] });
    const last = await connectionOf(new FakePool()).listen('c', vi.fn(), vi.fn());
    await last();
    await settle(300);
    expect(FakeClient.made.at(-1)?.statements).toEqual(listen);
  });

  it('asks a silent connection whether it is still there, and makes another one if it is not', async () => {
    const up = vi.fn();
    const stop = await connectionOf(new FakePool()).listen('c', vi.fn(), up);
    await settle(20_500);
    const [client] = FakeClient.made as [FakeClient];
    expect(client.statements.slice(2)).toEqual(['select 1', 'select 1']);
    FakeClient.answer = (text) => (text === 'select 1' ? new Promise(() => {}) : { rows: [{ has: 'true' }] });
    await settle(21_000);
    expect(client.connection.stream.destroy).toHaveBeenCalled();
    expect([FakeClient.made.length, up.mock.calls.length]).toEqual([2, 2]);
    FakeClient.answer = () => ({ rows: [{ has: 'true' }] });
    await settle(10_000);
    await stop();
    await stop();
    await settle(30_000);
    expect(FakeClient.made.length).toBe(2);
    // One that has ended in the meantime is not asked again.
    let answer = (): void => {};
    FakeClient.answer = () => ({ rows: [{ has: 'true' }] });
    const end = await connectionOf(new FakePool()).listen('c', vi.fn(), vi.fn());
    FakeClient.answer = () => new Promise((resolve) => (answer = () => resolve({ rows: [] })));
    await settle(10_500);
    await end();
    answer();
    await settle(30_000);
    expect(FakeClient.made[2]?.statements.slice(2)).toEqual(['select 1']);
  });

  it('makes another connection when the client has given up a statement, however alive it looks', async () => {
    // As pg does with query_timeout: its connection stays.
    const up = vi.fn();
    const stop = await connectionOf(new FakePool()).listen('c', vi.fn(), up);
    const [client] = FakeClient.made as [FakeClient];
    FakeClient.answer = (text) =>
      text === 'select 1' ? new Error('Query read timeout') : { rows: [{ has: 'false' }] };
    await settle(10_500);
    expect([FakeClient.made.length, up.mock.calls.length]).toEqual([2, 2]);
    expect(client.connection.stream.destroy).toHaveBeenCalledOnce();
    // Also when the lock of the session is asked for again.
    FakeClient.answer = () => new Error('Query read timeout');
    await settle(200);
    expect(FakeClient.made[1]?.connection.stream.destroy).toHaveBeenCalledOnce();
    await stop();
  });

  it('gives up a connection that does not come about', async () => {
    const connection = connectionOf(new FakePool());
    FakeClient.answer = () => new Promise(() => {});
    const listening = connection.listen('c', vi.fn(), vi.fn());
    const refused = expect(listening).rejects.toThrow('The connection for messages has been closed');
    await settle(10_500);
    expect(FakeClient.made[0]?.connection.stream.destroy).toHaveBeenCalled();
    connection.end?.();
    await refused;
  });

  it('rejects every listen that is under way at the end, so that those who share the connection can begin anew', async () => {
    const connection = connectionOf(new FakePool());
    FakeClient.answer = () => new Promise(() => {});
    const both = ['a', 'b'].map((channel) => connection.listen(channel, vi.fn(), vi.fn()));
    await settle();
    connection.end?.();
    const ended = { status: 'rejected', reason: new Error('The connection for messages has been closed') };
    expect(await Promise.allSettled(both)).toEqual([ended, ended]);
    FakeClient.answer = () => ({ rows: [{ has: 'true' }] });
    await (await connection.listen('b', vi.fn(), vi.fn()))();
  });

  it('tries no more after the end', async () => {
    const stop = await connectionOf(new FakePool()).listen('c', vi.fn(), vi.fn());
    FakeClient.answer = () => new Promise((_, reject) => setTimeout(() => reject(new Error('network')), 1000));
    FakeClient.made[0]?.emit('end');
    await settle(100);
    await stop();
    await settle(30_000);
    expect(FakeClient.made.length).toBe(2);
  });

  it('leaves a connection that has come about to whoever listens', async () => {
    const connection = connectionOf(new FakePool());
    const stop = await connection.listen('c', vi.fn(), vi.fn());
    // Other locks may share what they are given.
    connection.end?.();
    expect(FakeClient.made[0]?.end).not.toHaveBeenCalled();
    await stop();
  });

  it('closes a connection that comes about after the end', async () => {
    const connection = connectionOf(new FakePool());
    let answer = (): void => {};
    FakeClient.answer = () => new Promise((resolve) => (answer = () => resolve({ rows: [{ has: 'true' }] })));
    const up = vi.fn();
    const refused = expect(connection.listen('c', vi.fn(), up)).rejects.toThrow('has been closed');
    await settle();
    connection.end?.();
    await refused;
    answer();
    await settle();
    answer();
    await settle();
    expect(up).not.toHaveBeenCalled();
    expect(FakeClient.made[0]?.end).toHaveBeenCalledTimes(2);
    connectionOf(new FakePool()).end?.();
  });
});

describe('postgres', () => {
  function fake(listen: (channel: string, message: (text: string) => void, up?: () => void) => unknown) {
    return {
      unsafe: vi.fn(async (...args: unknown[]) => [{ args }]),
      listen: vi.fn(listen) as unknown as (channel: string) => Promise<{ unlisten(): Promise<void> }>,
    };
  }

  it('sends unnamed statements, and listens by itself', async () => {
    const unlisten = vi.fn(async () => {});
    let hear: (text: string) => void = () => {};
    let again = (): void => {};
    const sql = fake(async (_, message, up) => {
      hear = message;
      again = up as () => void;
      again();
      return { unlisten };
    });
    const connection = connectionOf(sql);
    expect(await connection.query('text', ['v'])).toEqual({ rows: [{ args: ['text', ['v'], { prepare: false }] }] });
    expect(connection.holdsLock).toBeUndefined();
    const [message, up] = [vi.fn(), vi.fn()];
    const stop = await connection.listen('c', message, up);
    hear('text');
    again();
    expect([message.mock.calls, up.mock.calls.length]).toEqual([[['text']], 2]);
    await stop();
    hear('late');
    again();
    expect([unlisten.mock.calls.length, message.mock.calls.length, up.mock.calls.length]).toEqual([1, 1, 2]);
  });

  it('hears nothing for a listener that failed at first', async () => {
    let hear: (text: string) => void = () => {};
    const sql = fake(async (_, message) => {
      hear = message;
      throw new Error('network');
    });
    const message = vi.fn();
    await expect(connectionOf(sql).listen('c', message, vi.fn())).rejects.toThrow('network');
    hear('text');
    expect(message).not.toHaveBeenCalled();
  });
});

it('takes an object with query and listen as it is, and refuses what it does not know', () => {
  const own = { query: vi.fn(), listen: vi.fn() };
  expect(connectionOf(own)).toBe(own);
  const around = { query: vi.fn(), connect: vi.fn() };
  for (const client of [{}, undefined, 'postgres://', { query: vi.fn() }, around]) {
    expect(() => connectionOf(client as never)).toThrow('client must be a Pool or a Client of pg itself');
  }
});
