// Checks the differences listed in docs/migration/rwlock.md, on all three libraries.
import { createRequire } from 'node:module';
import * as peer from 'async-rwlock';
import { InvalidStateError, ReadWriteLock } from 'valvekit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const require = createRequire(import.meta.url);
const RwLock = require('rwlock');

type Enter = (release: () => void) => void;
type Ask = (enter: Enter, timeout?: number) => void;

/** One lock, through an interface that all three have in common. */
interface Lock {
  read: Ask;
  write: Ask;
}

function rwlock(): Lock {
  const lock = new RwLock();
  const options = (timeout?: number) => (timeout === undefined ? {} : { timeout });
  return {
    read: (enter, timeout) => lock.readLock(enter, options(timeout)),
    write: (enter, timeout) => lock.writeLock(enter, options(timeout)),
  };
}

function asyncRwlock(): Lock {
  const lock = new peer.RWLock();
  const ignore = () => {};
  return {
    read: (enter, timeout) => void lock.readLock(timeout).then(() => enter(lock.unlock), ignore),
    write: (enter, timeout) => void lock.writeLock(timeout).then(() => enter(lock.unlock), ignore),
  };
}

function ours(policy?: 'readers'): Lock {
  const lock = new ReadWriteLock(policy && { policy });
  const told = (enter: Enter) => (error: unknown) => {
    if (error === undefined) enter(() => lock.unlock());
  };
  return {
    read: (enter, timeout) => lock.readLock(told(enter), timeout),
    write: (enter, timeout) => lock.writeLock(told(enter), timeout),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const stay: Enter = () => {};

/** Which requests acquire the lock while a reader holds it: first a writer asks, then a reader. */
async function passing({ read, write }: Lock): Promise<string[]> {
  const log: string[] = [];
  read(stay);
  write(() => log.push('writer'));
  read(() => log.push('reader'));
  await settle();
  return log;
}

/** Which acquires the lock first when a writer releases it: a writer, or a reader that asked after it. */
async function next({ read, write }: Lock): Promise<string | undefined> {
  const log: string[] = [];
  let leave = () => {};
  write((release) => (leave = release));
  write(() => log.push('writer'));
  read(() => log.push('reader'));
  await settle();
  leave();
  await settle();
  return log[0];
}

/** Which requests acquire the lock in the end if the second of two waiting writers times out. */
async function afterTimeout({ write }: Lock): Promise<string[]> {
  const log: string[] = [];
  let leave = () => {};
  const pass = (name: string) => (release: () => void) => {
    log.push(name);
    release();
  };
  write((release) => (leave = release));
  write(pass('first'));
  write(pass('second'), 10);
  await settle(10);
  leave();
  await settle();
  write(pass('late'));
  await settle();
  return log;
}

/** Which requests acquire the lock alongside a reader when the writer at the head of the line times out. */
async function behindTimeout({ read, write }: Lock): Promise<string[]> {
  const log: string[] = [];
  let leave = () => {};
  write((release) => (leave = release));
  read(stay);
  await settle();
  leave();
  await settle();
  write(() => log.push('writer'), 10);
  read(() => log.push('reader'));
  await settle(10);
  return log;
}

describe('a reader that arrives while a writer waits', () => {
  it("waits behind it, except in async-rwlock and with the policy 'readers'", async () => {
    expect(await passing(rwlock())).toEqual([]);
    expect(await passing(asyncRwlock())).toEqual(['reader']);
    expect(await passing(ours())).toEqual([]);
    expect(await passing(ours('readers'))).toEqual(['reader']);
  });
});

describe('when a writer releases the lock', () => {
  it("the first waiter is next, except in async-rwlock and with the policy 'readers'", async () => {
    expect(await next(rwlock())).toBe('writer');
    expect(await next(ours())).toBe('writer');
    expect(await next(ours('readers'))).toBe('reader');

    const random = vi.spyOn(Math, 'random').mockReturnValue(0.9);
    expect(await next(asyncRwlock())).toBe('reader');
    random.mockReturnValue(0.1);
    expect(await next(asyncRwlock())).toBe('writer');
    random.mockRestore();
  });
});

describe('a request that times out', () => {
  it('leaves rwlock and async-rwlock locked forever, and ours unaffected', async () => {
    expect(await afterTimeout(rwlock())).toEqual([]);
    expect(await afterTimeout(asyncRwlock())).toEqual(['first']);
    expect(await afterTimeout(ours())).toEqual(['first', 'late']);
  });

  it('at the head of the line admits the waiters behind it immediately', async () => {
    expect(await behindTimeout(rwlock())).toEqual([]);
    expect(await behindTimeout(ours())).toEqual(['reader']);
  });
});

describe('a timeout of 0', () => {
  it('expires with the next timer in rwlock, and immediately in ours', async () => {
    const lock = new RwLock();
    const told = vi.fn();
    lock.writeLock(stay);
    lock.writeLock(stay, { timeout: 0, timeoutCallback: told });
    expect(told).not.toHaveBeenCalled();
    await settle(1);
    expect(told).toHaveBeenCalledOnce();

    const after = new ReadWriteLock();
    after.tryWriteLock();
    after.writeLock(told, 0);
    expect(told).toHaveBeenCalledTimes(2);
  });

  it('means no limit in async-rwlock', async () => {
    const lock = new peer.RWLock();
    await lock.writeLock();
    const settled = vi.fn();
    void lock.writeLock(0).finally(settled);
    await settle(1000);
    expect(settled).not.toHaveBeenCalled();
  });
});

it('unlocking a free lock throws a new error', () => {
  expect(() => new peer.RWLock().unlock()).toThrow(peer.ErrNotLocked);
  expect(() => new ReadWriteLock().unlock()).toThrow(InvalidStateError);
});
