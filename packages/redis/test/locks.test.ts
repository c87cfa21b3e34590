import { InvalidStateError, type Locks, RedisLocks } from '@valvekit/redis';
import { onRuntimeWithout } from '@valvekit-internal/laws/older-symbol';
import { expect, it } from 'vitest';
import { Scripted } from './scripted.ts';

/** Grants everything. */
function generous(): Scripted {
  const connection = new Scripted();
  connection.answer = (command) => {
    const until = 15_000_000;
    return command.includes('p:c:none') ? [] : [0, 0, 'ok', 'granted', 7, until, until];
  };
  return connection;
}

it('gives locks of three kinds, and is one of the families of locks', async () => {
  const connection = generous();
  const locks = new RedisLocks(connection, { prefix: 'p' });
  const family: Locks = locks;
  const leases = [
    await locks.mutex('m').acquire(),
    await locks.semaphore('s', 2).acquire({ permits: 2 }),
    await locks.readWriteLock('l').read.acquire(),
    await locks.readWriteLock('l').write.acquire(),
  ];
  expect(leases.map(({ token }) => token)).toEqual([7, 7, 7, 7]);
  expect([String(locks), family]).toEqual(['[object RedisLocks]', locks]);
  // So that Vue's `reactive` and its like leave them alone.
  expect(leases.map(String)).toEqual(Array(4).fill('[object Lease]'));
  expect(String(locks.mutex('m'))).toBe('[object RemoteLock]');
  connection.answer = (command) => [0, 0, ...command.slice(6).map(() => 1)];
  await Promise.all(leases.map((lease) => lease.release()));
  await locks.close();
  await expect(locks.mutex('m').acquire()).rejects.toBeInstanceOf(InvalidStateError);
  expect(connection.isSubscribed).toBe(false);
});

it('is closed at the end of an `await using` block', async () => {
  const connection = generous();
  let mutex: ReturnType<RedisLocks['mutex']>;
  {
    await using locks = new RedisLocks(connection);
    mutex = locks.mutex('m');
  }
  await expect(mutex.acquire()).rejects.toBeInstanceOf(InvalidStateError);
});

it('has a prototype that looks like any other, where jest looks for methods to mock', () => {
  class Subclass extends RedisLocks {}
  expect([RedisLocks.prototype, Subclass.prototype].map(String)).toEqual(Array(2).fill('[object Object]'));
});

it('is disposable where the runtime has no Symbol.asyncDispose yet', () => {
  onRuntimeWithout('asyncDispose', () => {
    const locks = new RedisLocks(new Scripted());
    expect(Reflect.get(locks, Symbol.for('Symbol.asyncDispose'))).toBeTypeOf('function');
  });
});

it('is closed even if its subscription does not come about', async () => {
  const connection = generous();
  const locks = new RedisLocks(Object.assign(connection, { subscribe: () => new Promise<never>(() => {}) }));
  const waiting = locks.mutex('m').acquire();
  await new Promise((resolve) => setImmediate(resolve));
  const closed = locks.close({ timeout: 20 });
  await expect(waiting).rejects.toBeInstanceOf(InvalidStateError);
  await closed;
});

it('refuses bad options', () => {
  expect(() => new RedisLocks(new Scripted(), { prefix: 'a b' })).toThrow(/prefix.*"a b"/);
});
