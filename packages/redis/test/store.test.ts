import { createHash } from 'node:crypto';
import type { Push } from '@valvekit/lease';
import { StoreError } from '@valvekit/redis';
import { copied } from '@valvekit-internal/servers/copied';
import { describe, expect, it, vi } from 'vitest';
import { codeOf } from '../src/errors.ts';
import { keysOf, lockOf } from '../src/keys.ts';
import { scripts } from '../src/lua/scripts.ts';
import { RedisStore } from '../src/redis-store.ts';
import { Scripted } from './scripted.ts';

const lock = { kind: 'mutex', name: 'a b' } as const;
const ask = {
  capacity: 1,
  decides: true,
  lease: 3000,
  range: 16,
  notAfter: 0,
  label: 'me',
  requests: [{ id: 'x:1', permits: 1, priority: 0, place: 0, joins: true }],
};

function made(answer: (command: readonly string[]) => unknown = () => []): { store: RedisStore; connection: Scripted } {
  const connection = new Scripted();
  connection.answer = answer;
  return { store: new RedisStore(connection, 'p', 'x'), connection };
}

it('knows the SHA-1 of its scripts', () => {
  for (const { text, sha } of Object.values(scripts)) {
    expect(createHash('sha1').update(text).digest('hex')).toBe(sha);
  }
});

describe('keys', () => {
  it('differ for every kind and name, have one tag, and can be read back', () => {
    const names = ['a', 'a}', '}a', '{a}', '%7d', 'a b', 'ab', 'm:a', ':', 'é🔒', '\n'];
    const seen = new Set<string>();
    for (const kind of ['mutex', 'semaphore', 'lock'] as const) {
      for (const name of names) {
        const keys = keysOf('p', { kind, name });
        const tags = new Set(keys.map((key) => /\{([^}]+)\}/.exec(key)?.[1]));
        expect(tags.size).toBe(1);
        expect(lockOf(keys[0])).toEqual({ kind, name });
        for (const key of keys) seen.add(key);
      }
    }
    expect(seen.size).toBe(3 * 3 * names.length);
    expect([lockOf('other'), lockOf('p:{z:a}:s')]).toEqual([undefined, undefined]);
  });
});

describe('commands', () => {
  it('ask for places, and read the answers as numbers or text', async () => {
    const answers: unknown[] = [2_000_000, '5000000', 'ok', 'granted', '1700000000000001', 5_000_000, 3_000_000];
    const { store, connection } = made(() => answers);
    expect(await store.ask(lock, ask)).toEqual({
      now: 2000,
      soonest: 5000,
      verdicts: [{ is: 'granted', token: 1_700_000_000_000_001, until: 5000, length: 3000 }],
    });
    const [command = []] = connection.commands;
    expect(command.slice(0, 6)).toEqual([
      'EVALSHA',
      scripts.ask.sha,
      '3',
      'p:{m:a%20b}:s',
      'p:{m:a%20b}:q',
      'p:{m:a%20b}:w',
    ]);
    expect(command.slice(6)).toEqual(['1', '3000000', '16', '0', 'p:c:x', 'me', 'x:1', '1', '0', '0', '1']);
    const verdicts = async (...rest: unknown[]) => {
      answers.splice(2, answers.length, ...rest);
      return (
        await store.ask(lock, {
          ...ask,
          notAfter: 1.0005,
          requests: ask.requests.map((each) => ({ ...each, joins: false })),
        })
      ).verdicts;
    };
    expect(await verdicts('ok', 'waiting', 7, 3, 0)).toEqual([{ is: 'waiting', place: 7, ahead: 3 }]);
    expect(await verdicts('ok', 'gone', 0, 0, 0)).toEqual([{ is: 'gone' }]);
    expect(await verdicts('ok', 'refused', 0, 0, 0)).toEqual([{ is: 'refused' }]);
    expect(await verdicts('late')).toEqual([{ is: 'late' }]);
    expect(connection.commands.at(-1)?.[9]).toBe('1001');
  });

  it('release, renew, resize and read', async () => {
    const { store, connection } = made(() => [1000, 0, 1, 0]);
    expect(await store.release(lock, ['x:1', 'x:2'])).toEqual({ now: 1, soonest: 0, known: [true, false] });
    await store.renew(lock, ['x:1'], 3000);
    await store.resize(lock, 'x:1', 1);
    expect(connection.commands.map((command) => command.slice(6))).toEqual([
      ['x:1', 'x:2'],
      ['3000000', '0', 'x:1'],
      ['0', '1', 'x:1'],
    ]);
    connection.answer = () => [2, '1', '9', '1000', '2000', 'b', '3', '7', '1000', '2000', ''];
    expect(await store.state(lock)).toEqual({
      waiting: 2,
      holders: [
        { permits: 3, token: 7, since: 1, until: 2, label: '' },
        { permits: 1, token: 9, since: 1, until: 2, label: 'b' },
      ],
    });
  });

  it('read the state of many holders without copying the rest of it for each', async () => {
    const { store } = made(() => [0, ...Array.from({ length: 1000 }, (_, i) => ['1', i, '1000', '2000', '']).flat()]);
    const run = async () => expect((await store.state(lock)).holders[999]).toMatchObject({ token: 999, until: 2 });
    expect(await copied(run)).toBeLessThan(10_000);
  });

  it.each(['NOSCRIPT No matching script', '- NoScriptError: No matching script'])(
    'send the text after %s',
    async (message) => {
      const { store, connection } = made(([name]) => {
        if (name === 'EVALSHA') throw new Error(message);
        return [1000, 0, 1];
      });
      await store.release(lock, ['x:1']);
      expect(connection.commands.map(([name]) => name)).toEqual(['EVALSHA', 'EVAL']);
      expect(connection.commands[1]?.[1]).toBe(scripts.release.text);
      connection.answer = ([name]) => {
        throw new Error(name === 'EVAL' ? 'NOPERM no' : message);
      };
      await expect(store.release(lock, ['x:1'])).rejects.toBeInstanceOf(StoreError);
    },
  );
});

describe('errors', () => {
  it('of the server become StoreErrors without the command', async () => {
    const error = Object.assign(new Error('NOPERM this user has no permissions'), { command: { args: ['secret'] } });
    const { store } = made(() => {
      throw error;
    });
    const refusal = (await store.release(lock, ['x:1']).catch((reason: unknown) => reason)) as Error;
    expect(refusal).toBeInstanceOf(StoreError);
    expect(refusal.message).toBe('the server refused to release: NOPERM this user has no permissions');
    expect(refusal.cause).not.toHaveProperty('command');
  });

  it('of the network, and what passes, stay as they are', async () => {
    for (const message of ['Socket closed unexpectedly', 'LOADING the dataset', 'CLUSTERDOWN x']) {
      const error = new Error(message);
      const { store } = made(() => {
        throw error;
      });
      await expect(store.release(lock, ['x:1'])).rejects.toBe(error);
    }
  });

  it('are told apart by the code that they begin with', () => {
    expect(codeOf(new Error('WRONGTYPE Operation'))).toBe('WRONGTYPE');
    expect(codeOf(new Error('ReplyError: ERR x'))).toBe('ERR');
    expect(codeOf(new Error('An error was signalled by the server: - PermissionDenied: x'))).toBe('PermissionDenied');
    expect(codeOf(Object.assign(new Error('ECONNRESET'), { code: 'ECONNRESET' }))).toBeUndefined();
    expect(codeOf(undefined)).toBeUndefined();
  });

  it('of a subscription are StoreErrors, too', async () => {
    const { store } = made(() => new Error('NOPERM no channel'));
    await expect(store.listen(vi.fn(), vi.fn())).rejects.toBeInstanceOf(StoreError);
  });
});

it('says whether its capacity counts', async () => {
  const { store, connection } = made(() => [1000, 0, 'late']);
  for (const decides of [true, false]) await store.ask(lock, { ...ask, decides });
  expect(connection.commands.map((command) => command[6])).toEqual(['1', '~1']);
});

it('understands clients that are set to give text as bytes and numbers as text', async () => {
  const bytes = [Buffer.from('5000'), '6000', Buffer.from('ok'), Buffer.from('granted'), '7', '6000', '3000'];
  const { store } = made(() => bytes);
  expect(await store.ask(lock, ask)).toEqual({
    now: 5,
    soonest: 6,
    verdicts: [{ is: 'granted', token: 7, until: 6, length: 3 }],
  });
});

it('hears pushes, and ignores what is none', async () => {
  const { store, connection } = made();
  const heard: Push[] = [];
  const up = vi.fn();
  const stop = await store.listen((push) => heard.push(push), up);
  const [key] = keysOf('p', lock);
  for (const text of [
    `granted x:1 ${key} 7 5000 3000 2000`,
    `taken x:1 ${key}`,
    `refused x:1 ${key} 2`,
    `other x:1 ${key}`,
    'nonsense',
  ]) {
    connection.message(text);
  }
  connection.up();
  expect(up).toHaveBeenCalledOnce();
  expect(heard).toEqual([
    { is: 'granted', lock, id: 'x:1', token: 7, until: 5, length: 3 },
    { is: 'taken', lock, id: 'x:1' },
    { is: 'refused', lock, id: 'x:1', capacity: 2 },
  ]);
  await stop();
  expect(connection.isSubscribed).toBe(false);
});
