import { inspect } from 'node:util';
import { type Enterable, entrance } from '@valvekit/core/line';
import { InvalidStateError, ReadWriteLock, TimeoutError } from '@valvekit/rwlock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const sides = [
  ['read', { isLocked: 'R', readers: 1 }],
  ['write', { isLocked: 'W', readers: 0 }],
  ['upgradable', { isLocked: 'R', readers: 1 }],
] as const;

describe.each(sides)('the %s side', (name, held) => {
  it('acquires before the call returns if the lock is free', async () => {
    const lock = new ReadWriteLock();
    const acquired = lock[name].acquire();
    expect(lock).toMatchObject({ ...held, waiting: 0 });
    const guard = await acquired;
    expect(guard.released).toBe(false);
    guard.release();
    expect(guard.released).toBe(true);
    expect(lock.isLocked).toBe(false);
  });

  it('waits for a writer', async () => {
    const lock = new ReadWriteLock();
    lock.writeLock(() => {});
    const acquired = lock[name].acquire();
    expect(lock[name].tryAcquire()).toBeUndefined();
    expect(lock.waiting).toBe(1);
    lock.unlock();
    expect(lock).toMatchObject({ ...held, waiting: 0 });
    (await acquired).release();
    expect(lock.isLocked).toBe(false);
  });

  it('acquires without waiting by a try', () => {
    const lock = new ReadWriteLock();
    const guard = lock[name].tryAcquire();
    expect(lock).toMatchObject(held);
    expect(guard?.released).toBe(false);
    guard?.release();
    expect(lock.isLocked).toBe(false);
  });

  it('releases its guard at the end of a using block', async () => {
    const lock = new ReadWriteLock();
    {
      using guard = await lock[name].acquire();
      expect(guard.released).toBe(false);
      expect(lock).toMatchObject(held);
    }
    expect(lock.isLocked).toBe(false);
  });

  it('runs a sandbox immediately if the lock is free, and releases before the call returns', async () => {
    const lock = new ReadWriteLock();
    const result = lock[name].sandbox(() => {
      expect(lock).toMatchObject(held);
      expect(() => lock.unlock()).toThrow(InvalidStateError);
      return 'done';
    });
    expect(lock.isLocked).toBe(false);
    expect(await result).toBe('done');
  });

  it('holds the lock until the promise of a sandbox settles', async () => {
    const lock = new ReadWriteLock();
    let fail: (error: Error) => void = () => {};
    const result = lock[name].sandbox(
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    );
    expect(lock).toMatchObject(held);
    const error = new Error('mine');
    fail(error);
    await expect(result).rejects.toBe(error);
    expect(lock.isLocked).toBe(false);
  });

  it('runs a sandbox that waited under its hold', async () => {
    const lock = new ReadWriteLock();
    lock.writeLock(() => {});
    const result = lock[name].sandbox(() => ({ ...held, isLocked: lock.isLocked, readers: lock.readers }));
    lock.unlock();
    expect(await result).toEqual(held);
    expect(lock.isLocked).toBe(false);
  });

  it('turns a throw in a sandbox into a rejection, and releases', async () => {
    const lock = new ReadWriteLock();
    const error = new Error('mine');
    const result = lock[name].sandbox(() => {
      throw error;
    });
    expect(lock.isLocked).toBe(false);
    await expect(result).rejects.toBe(error);
  });

  it.each(['acquire', 'sandbox'] as const)('names itself when %s times out', async (verb) => {
    const lock = new ReadWriteLock();
    lock.writeLock(() => {});
    const fn = vi.fn();
    const options = { timeout: 250 };
    const wait = verb === 'acquire' ? lock[name].acquire(options) : lock[name].sandbox(fn, options);
    const rejected = expect(wait).rejects.toThrow(
      new TimeoutError(`ReadWriteLock: ${name}.${verb}() timed out after 250 ms`),
    );
    vi.advanceTimersByTime(250);
    await rejected;
    lock.unlock();
    expect(lock.isLocked).toBe(false);
    expect(fn).not.toHaveBeenCalled();
  });

  it('rejects for bad arguments and takes nothing', async () => {
    const lock = new ReadWriteLock();
    await expect(lock[name].acquire({ timeout: Number.NaN })).rejects.toThrow(/^timeout must be /);
    await expect(lock[name].acquire(5 as never)).rejects.toThrow(/^options must be /);
    await expect(lock[name].sandbox('fn' as never)).rejects.toThrow(/^fn must be a function/);
    await expect(lock[name].sandbox(() => {}, { signal: 'stop' as never })).rejects.toThrow(/^signal must be /);
    expect(lock).toMatchObject({ isLocked: false, readers: 0, waiting: 0 });
  });

  it('is granted by priority', async () => {
    const lock = new ReadWriteLock();
    const log: string[] = [];
    lock.writeLock(() => {});
    const waits = [
      lock.write.sandbox(() => log.push('first')),
      lock[name].sandbox(() => log.push('second'), { priority: 1 }),
    ];
    lock.unlock();
    await Promise.all(waits);
    expect(log).toEqual(['second', 'first']);
  });
});

describe.each(sides)('the %s side as an object', (name, held) => {
  it('is the same each time, and cannot be assigned', () => {
    const lock = new ReadWriteLock();
    const side = lock[name];
    expect(lock[name]).toBe(side);
    expect(() => Object.assign(lock, { [name]: side })).toThrow(TypeError);
    expect(new ReadWriteLock()[name]).not.toBe(side);
  });

  it('has a string tag, so that reactive proxies leave it alone', () => {
    const side = new ReadWriteLock()[name];
    expect(Object.prototype.toString.call(side)).toBe('[object ReadWriteLock side]');
    expect(inspect(side)).toContain('ReadWriteLock side');
    expect(Object.prototype.toString.call(side.tryAcquire())).toBe('[object Guard]');
  });

  it('has an entrance to the line of its lock, past the methods', () => {
    const lock = new ReadWriteLock();
    const { line, request, verb } = (lock[name] as unknown as Enterable)[entrance]();
    expect([line.owner, request, verb.name, verb.isBare]).toEqual([lock, name, `${name}.sandbox`, false]);
    expect(line.admitNow(request, verb)).toBe(true);
    expect(lock).toMatchObject(held);
    expect(() => lock.unlock()).toThrow(InvalidStateError);
    line.giveBack(request);
    expect(lock.isLocked).toBe(false);
  });

  it('says its name and that of its lock in messages', async () => {
    const lock = new ReadWriteLock({ name: 'cache' });
    lock.tryWriteLock();
    await expect(lock[name].acquire({ timeout: 0 })).rejects.toThrow(
      `ReadWriteLock "cache": ${name}.acquire() timed out after 0 ms`,
    );
  });
});

describe('sandboxes', () => {
  it('overlap if they read, and do not if they write', async () => {
    const lock = new ReadWriteLock();
    let inside = 0;
    const most = { read: 0, write: 0 };
    const run = (side: 'read' | 'write'): Promise<void> =>
      lock[side].sandbox(async () => {
        most[side] = Math.max(most[side], ++inside);
        await Promise.resolve();
        inside--;
      });
    await Promise.all((['read', 'read', 'read', 'write', 'write', 'read'] as const).map(run));
    expect(most).toEqual({ read: 3, write: 1 });
    expect(lock.isLocked).toBe(false);
  });

  it('of readers never see half of what a writer does', async () => {
    const lock = new ReadWriteLock();
    let [a, b] = [0, 0];
    const writes = Array.from({ length: 50 }, () =>
      lock.write.sandbox(async () => {
        a++;
        await Promise.resolve();
        b++;
      }),
    );
    const reads = Array.from({ length: 50 }, () =>
      lock.read.sandbox(async () => {
        const before = a - b;
        await Promise.resolve();
        return [before, a - b];
      }),
    );
    await Promise.all(writes);
    expect(await Promise.all(reads)).toEqual(Array.from({ length: 50 }, () => [0, 0]));
    expect([a, b]).toEqual([50, 50]);
  });

  it('and bare holds are counted together', () => {
    const lock = new ReadWriteLock();
    void lock.read.sandbox(() => new Promise(() => {}));
    lock.readLock(() => {});
    expect(lock.readers).toBe(2);
    lock.unlock();
    expect(() => lock.unlock()).toThrow('ReadWriteLock is held by guards or sandboxes, and only they can release it');
    expect(lock.readers).toBe(1);
  });

  it('of a writer cannot be released by unlock()', async () => {
    const lock = new ReadWriteLock();
    let end: () => void = () => {};
    const done = lock.write.sandbox(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    expect(() => lock.unlock()).toThrow(InvalidStateError);
    expect(lock.isLocked).toBe('W');
    end();
    await done;
    expect(() => lock.unlock()).toThrow('ReadWriteLock is not locked');
  });
});
