import { InvalidStateError, type Locks, PostgresLocks, StoreError } from '@valvekit/postgres';
import { onRuntimeWithout } from '@valvekit-internal/laws/older-symbol';
import { expect, it } from 'vitest';
import { Scripted, sqlError } from './scripted.ts';

/** Grants everything, and knows everything that is released. */
function generous(): Scripted {
  const connection = new Scripted();
  connection.answer = (text, values) => {
    if (text.includes('ask_v1')) return '0 0 ok granted 7 15000000 15000000';
    return `0 0${' 1'.repeat(String(values[1]).split(' ').length)}`;
  };
  return connection;
}

it('gives locks of three kinds, and is one of the families of locks', async () => {
  const connection = generous();
  const locks = new PostgresLocks(connection, { prefix: 'p' });
  const family: Locks = locks;
  const leases = [
    await locks.mutex('m').acquire(),
    await locks.semaphore('s', 2).acquire({ permits: 2 }),
    await locks.readWriteLock('l').read.acquire(),
    await locks.readWriteLock('l').write.acquire(),
  ];
  expect(leases.map(({ token }) => token)).toEqual([7, 7, 7, 7]);
  expect([String(locks), family]).toEqual(['[object PostgresLocks]', locks]);
  await Promise.all(leases.map((lease) => lease.release()));
  await locks.close();
  await expect(locks.mutex('m').acquire()).rejects.toBeInstanceOf(InvalidStateError);
  expect(connection.isListening).toBe(false);
});

it('is closed at the end of an `await using` block', async () => {
  let mutex: ReturnType<PostgresLocks['mutex']>;
  {
    await using locks = new PostgresLocks(generous());
    mutex = locks.mutex('m');
  }
  await expect(mutex.acquire()).rejects.toBeInstanceOf(InvalidStateError);
});

it('has a prototype that looks like any other, where jest looks for methods to mock', () => {
  class Subclass extends PostgresLocks {}
  expect([PostgresLocks.prototype, Subclass.prototype].map(String)).toEqual(Array(2).fill('[object Object]'));
});

it('is disposable where the runtime has no Symbol.asyncDispose yet', () => {
  onRuntimeWithout('asyncDispose', () => {
    const locks = new PostgresLocks(new Scripted());
    expect(Reflect.get(locks, Symbol.for('Symbol.asyncDispose'))).toBeTypeOf('function');
  });
});

it('installs with one statement', async () => {
  const connection = new Scripted();
  // A statement that answers no rows.
  connection.answer = () => undefined;
  const locks = new PostgresLocks(connection, { schema: 'mine' });
  await locks.install();
  expect(connection.statements).toEqual([[expect.stringMatching(/^do \$install\$[\s\S]*"mine"\.lock/), []]]);
  connection.answer = () => sqlError('42501');
  await expect(locks.install()).rejects.toThrow(StoreError);
});

it('refuses bad options', () => {
  expect(() => new PostgresLocks(new Scripted(), { prefix: 'a b' })).toThrow(/prefix.*"a b"/);
  expect(() => new PostgresLocks(new Scripted(), { schema: 'a b' })).toThrow(/schema.*"a b"/);
});
