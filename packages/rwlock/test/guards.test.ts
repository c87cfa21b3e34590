import { getEventListeners } from 'node:events';
import {
  AbortError,
  type GiveUpOptions,
  type Guard,
  InvalidStateError,
  ReadWriteLock,
  TimeoutError,
  type UpgradableGuard,
} from '@valvekit/rwlock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const policies = ['fair', 'readers'] as const;

let log: string[];

beforeEach(() => {
  log = [];
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A callback that logs its name, with the error if there is one. */
function note(name: string): (error?: unknown) => void {
  return (error) => log.push(error === undefined ? name : `${name}: ${(error as Error).name}`);
}

/** Logs how a promise settles. */
function watch(name: string, promise: Promise<unknown>): void {
  void promise.then(() => note(name)(), note(name));
}

async function microtasks(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

function took<G extends Guard>(guard: G | undefined): G {
  if (guard === undefined) throw new Error('The lock is not free');
  return guard;
}

function stateOf(lock: ReadWriteLock): object {
  const { isLocked, readers, waitingReaders, waitingWriters } = lock;
  return { isLocked, readers, waitingReaders, waitingWriters };
}

const unlocked = { isLocked: false, readers: 0, waitingReaders: 0, waitingWriters: 0 };

describe.each(policies)('WriteGuard.downgrade, with the policy %s', (policy) => {
  it('spends the write guard and returns a read guard', () => {
    const lock = new ReadWriteLock({ policy });
    const write = took(lock.write.tryAcquire());
    const read = write.downgrade();
    expect(read).not.toBe(write);
    expect([write.released, read.released]).toEqual([true, false]);
    expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1 });
    read.release();
    expect(stateOf(lock)).toEqual(unlocked);
  });

  it('leaves a write guard whose release does nothing', () => {
    const lock = new ReadWriteLock({ policy });
    const write = took(lock.write.tryAcquire());
    const read = write.downgrade();
    write.release();
    write[Symbol.dispose]();
    expect(lock.readers).toBe(1);
    read.release();
    read.release();
    expect(stateOf(lock)).toEqual(unlocked);
    expect(lock.tryWriteLock()).toBe(true);
  });

  it('throws on a guard that has been released or downgraded', () => {
    const lock = new ReadWriteLock({ policy });
    const write = took(lock.write.tryAcquire());
    write.release();
    expect(() => write.downgrade()).toThrow(InvalidStateError);
    expect(() => write.downgrade()).toThrow('WriteGuard: downgrade() on a guard that has been released');
    expect(stateOf(lock)).toEqual(unlocked);
    const other = took(lock.write.tryAcquire());
    other.downgrade();
    expect(() => other.downgrade()).toThrow(InvalidStateError);
    expect(lock.readers).toBe(1);
  });

  it('returns a guard whose hold unlock() cannot release', () => {
    const lock = new ReadWriteLock({ policy });
    const read = took(lock.write.tryAcquire()).downgrade();
    expect(() => lock.unlock()).toThrow(InvalidStateError);
    lock.readLock(() => {});
    lock.unlock();
    expect(lock.readers).toBe(1);
    read.release();
    expect(stateOf(lock)).toEqual(unlocked);
  });

  it('keeps writers waiting until all readers have released', () => {
    const lock = new ReadWriteLock({ policy });
    const write = took(lock.write.tryAcquire());
    lock.writeLock(note('W'));
    const read = write.downgrade();
    expect(log).toEqual([]);
    read.release();
    expect(log).toEqual(['W']);
  });

  it('never leaves the lock free in between', () => {
    const lock = new ReadWriteLock({ policy });
    const write = took(lock.write.tryAcquire());
    lock.readLock(() => log.push(`${lock.isLocked} ${lock.readers}`));
    write.downgrade();
    expect(log).toEqual(['R 2']);
  });
});

describe('WriteGuard.downgrade', () => {
  it('admits the readers that are next, and none behind a writer', () => {
    const lock = new ReadWriteLock();
    const write = took(lock.write.tryAcquire());
    lock.readLock(note('R1'));
    watch('U', lock.upgradable.acquire());
    lock.readLock(note('R2'));
    lock.writeLock(note('W'));
    lock.readLock(note('R3'));
    write.downgrade();
    expect(log).toEqual(['R1', 'R2']);
    expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 4, waitingReaders: 1, waitingWriters: 1 });
  });

  it('admits all readers with the readers policy', () => {
    const lock = new ReadWriteLock({ policy: 'readers' });
    const write = took(lock.write.tryAcquire());
    lock.readLock(note('R1'));
    lock.writeLock(note('W'));
    lock.readLock(note('R2'));
    write.downgrade();
    expect(log).toEqual(['R1', 'R2']);
    expect(lock.readers).toBe(3);
  });

  it('works on a guard that had to wait, too', async () => {
    const lock = new ReadWriteLock();
    lock.writeLock(() => {});
    const acquired = lock.write.acquire();
    lock.unlock();
    const read = (await acquired).downgrade();
    expect(lock.isLocked).toBe('R');
    read.release();
    expect(lock.isLocked).toBe(false);
  });
});

describe.each(policies)('UpgradableGuard, with the policy %s', (policy) => {
  let lock: ReadWriteLock;
  let guard: UpgradableGuard;

  beforeEach(() => {
    lock = new ReadWriteLock({ policy });
    guard = took(lock.upgradable.tryAcquire());
  });

  it('counts as a read hold', () => {
    expect(lock.isLocked).toBe('R');
    expect(lock.isReadLocked).toBe(true);
    expect(lock.isWriteLocked).toBe(false);
    expect(lock.readers).toBe(1);
  });

  it('holds alongside readers, and excludes other upgradables and writers', () => {
    expect(lock.tryReadLock()).toBe(true);
    expect(lock.upgradable.tryAcquire()).toBeUndefined();
    expect(lock.tryWriteLock()).toBe(false);
    expect(lock.readers).toBe(2);
  });

  it('is admitted while others read', () => {
    guard.release();
    lock.readLock(() => {});
    expect(lock.upgradable.tryAcquire()).toBeDefined();
    expect(lock.readers).toBe(2);
  });

  it('is followed by the next upgradable when it is released', async () => {
    const next = lock.upgradable.acquire();
    guard.release();
    expect((await next).released).toBe(false);
    expect(lock.readers).toBe(1);
  });

  it('cannot be released by unlock()', () => {
    expect(() => lock.unlock()).toThrow(InvalidStateError);
    expect(lock.readers).toBe(1);
  });

  describe('upgrade', () => {
    it('is immediate if there are no other readers', async () => {
      const upgraded = guard.upgrade();
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'W' });
      expect(await upgraded).toBeUndefined();
      expect(guard.released).toBe(false);
      expect(lock.tryReadLock()).toBe(false);
    });

    it('makes a write hold that the guard releases', async () => {
      await guard.upgrade();
      expect(() => lock.unlock()).toThrow(InvalidStateError);
      lock.readLock(note('R'));
      guard.release();
      guard.release();
      expect(guard.released).toBe(true);
      expect(log).toEqual(['R']);
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1 });
      lock.unlock();
      expect(lock.upgradable.tryAcquire()).toBeDefined();
    });

    it('waits until all other readers have released', async () => {
      const other = took(lock.read.tryAcquire());
      lock.readLock(() => {});
      watch('upgraded', guard.upgrade());
      await microtasks();
      expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 3, waitingReaders: 0, waitingWriters: 1 });
      lock.unlock();
      await microtasks();
      expect(log).toEqual([]);
      other.release();
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'W' });
      await microtasks();
      expect(log).toEqual(['upgraded']);
    });

    it('goes before all waiters, whatever their priority, and has none of its own', async () => {
      lock.readLock(() => {});
      lock.writeLock(note('W'), { priority: Number.MAX_VALUE });
      watch('U', lock.upgradable.acquire());
      watch('upgraded', guard.upgrade({ priority: Number.MIN_SAFE_INTEGER } as object));
      lock.unlock();
      await microtasks();
      expect(log).toEqual(['upgraded']);
      expect(lock.isLocked).toBe('W');
      guard.release();
      expect(log).toEqual(['upgraded', 'W']);
    });

    it('overtakes a waiting writer even if it is immediate', () => {
      lock.writeLock(note('W'));
      watch('upgraded', guard.upgrade());
      expect(stateOf(lock)).toEqual({ isLocked: 'W', readers: 0, waitingReaders: 0, waitingWriters: 1 });
      expect(log).toEqual([]);
    });

    it('blocks newcomers that want to read while it waits', async () => {
      lock.readLock(() => {});
      watch('upgraded', guard.upgrade());
      lock.readLock(note('R'), { priority: 9 });
      expect(lock.tryReadLock()).toBe(false);
      expect(lock.read.tryAcquire()).toBeUndefined();
      expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 2, waitingReaders: 1, waitingWriters: 1 });
      lock.unlock();
      await microtasks();
      expect(log).toEqual(['upgraded']);
      guard.release();
      expect(log).toEqual(['upgraded', 'R']);
    });

    it('rejects while another one waits, which goes on', async () => {
      lock.readLock(() => {});
      watch('upgraded', guard.upgrade());
      await expect(guard.upgrade()).rejects.toThrow(InvalidStateError);
      await expect(guard.upgrade()).rejects.toThrow(
        'UpgradableGuard: upgrade() on a guard that waits for its upgrade already',
      );
      expect(lock.waiting).toBe(1);
      lock.unlock();
      await microtasks();
      expect(log).toEqual(['upgraded']);
    });

    it('rejects on a guard that is upgraded already', async () => {
      await guard.upgrade();
      await expect(guard.upgrade()).rejects.toThrow(InvalidStateError);
      await expect(guard.upgrade()).rejects.toThrow('UpgradableGuard: upgrade() on a guard that is upgraded already');
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'W' });
      guard.release();
      expect(stateOf(lock)).toEqual(unlocked);
    });

    it('rejects on a guard that has been released, even if another one holds the lock', async () => {
      guard.release();
      await expect(guard.upgrade()).rejects.toThrow(InvalidStateError);
      await expect(guard.upgrade()).rejects.toThrow('UpgradableGuard: upgrade() on a guard that has been released');
      expect(stateOf(lock)).toEqual(unlocked);
      took(lock.upgradable.tryAcquire());
      await expect(guard.upgrade()).rejects.toThrow(InvalidStateError);
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1 });
    });

    it.each([
      [{ timeout: Number.NaN }, TypeError, /^timeout /],
      [{ timeout: null }, TypeError, /^timeout /],
      [{ signal: {} }, TypeError, /^signal /],
      [100, TypeError, /^options /],
    ])('rejects for the bad argument %o and still reads', async (options, kind, message) => {
      const upgrade = guard.upgrade(options as never);
      await expect(upgrade).rejects.toThrow(kind);
      await expect(upgrade).rejects.toThrow(message);
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1 });
      await guard.upgrade();
      expect(lock.isLocked).toBe('W');
    });

    it('rejects with the reason of an aborted signal, and takes nothing', async () => {
      const reason = new Error('mine');
      await expect(guard.upgrade({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1 });
      expect(lock.tryReadLock()).toBe(true);
    });

    it('with a timeout of 0 is immediate or rejects', async () => {
      lock.readLock(() => {});
      await expect(guard.upgrade({ timeout: 0 })).rejects.toThrow(
        new TimeoutError('ReadWriteLock: upgradable.upgrade() timed out after 0 ms'),
      );
      expect(lock.waiting).toBe(0);
      expect(lock.tryReadLock()).toBe(true);
      lock.unlock();
      lock.unlock();
      await guard.upgrade({ timeout: 0 });
      expect(lock.isLocked).toBe('W');
    });

    const ways: [string, object, (controller: AbortController) => void, string][] = [
      ['by a timeout', { timeout: 100 }, () => vi.advanceTimersByTime(100), 'TimeoutError'],
      ['by its signal', {}, (controller) => controller.abort(), 'AbortError'],
      ['by cancel', {}, () => lock.cancel(), 'AbortError'],
    ];

    describe.each(ways)('given up %s', (_, options, giveUp, error) => {
      let controller: AbortController;

      beforeEach(() => {
        controller = new AbortController();
        lock.readLock(() => {});
        watch('upgrade', guard.upgrade({ ...options, signal: controller.signal }));
        expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
      });

      afterEach(() => {
        expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
      });

      it('still reads', async () => {
        giveUp(controller);
        await microtasks();
        expect(log).toEqual([`upgrade: ${error}`]);
        expect(guard.released).toBe(false);
        expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 2 });
        guard.release();
        lock.unlock();
        expect(stateOf(lock)).toEqual(unlocked);
      });

      it('can be tried again', async () => {
        giveUp(controller);
        watch('second', guard.upgrade());
        expect(lock.waitingWriters).toBe(1);
        lock.unlock();
        await microtasks();
        expect(log).toEqual([`upgrade: ${error}`, 'second']);
        expect(lock.isLocked).toBe('W');
      });

      it('admits readers again', () => {
        giveUp(controller);
        expect(lock.tryReadLock()).toBe(true);
        expect(lock.readers).toBe(3);
      });

      it('is not upgraded when the other readers release', async () => {
        giveUp(controller);
        lock.unlock();
        await microtasks();
        expect(log).toEqual([`upgrade: ${error}`]);
        expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1 });
      });

      it('is upgraded if the other readers released before, in the same turn', async () => {
        lock.unlock();
        giveUp(controller);
        await microtasks();
        expect(log).toEqual(['upgrade']);
        expect(lock.isLocked).toBe('W');
      });
    });

    it.each(ways.slice(0, 2))('given up %s, admits the readers that it blocked', (_, options, giveUp) => {
      const controller = new AbortController();
      lock.readLock(() => {});
      watch('upgrade', guard.upgrade({ ...options, signal: controller.signal }));
      lock.readLock(note('R1'));
      lock.readLock(note('R2'));
      lock.writeLock(note('W'));
      lock.readLock(note('R3'));
      giveUp(controller);
      expect(log).toEqual(policy === 'fair' ? ['R1', 'R2'] : ['R1', 'R2', 'R3']);
    });

    it('given up by cancel(), leaves with the readers that it blocked', () => {
      lock.readLock(() => {});
      watch('upgrade', guard.upgrade());
      lock.readLock(note('R'));
      lock.cancel();
      expect(log).toEqual(['R: AbortError']);
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 2 });
    });

    it('rejects with an AbortError if the guard is released meanwhile', async () => {
      lock.readLock(() => {});
      const upgrade = expect(guard.upgrade({ timeout: 100 })).rejects.toThrow(
        new AbortError('The guard was released before its upgrade'),
      );
      lock.readLock(note('R'));
      guard.release();
      expect(guard.released).toBe(true);
      expect(log).toEqual(['R']);
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 2 });
      expect(vi.getTimerCount()).toBe(0);
      await upgrade;
      lock.unlock();
      lock.unlock();
      expect(stateOf(lock)).toEqual(unlocked);
      expect(lock.upgradable.tryAcquire()).toBeDefined();
    });

    it.each(['granted', 'given up'])('that was %s leaves a guard that is released once', async (how) => {
      lock.readLock(() => {});
      const upgrade = guard.upgrade().catch(() => {});
      if (how === 'granted') lock.unlock();
      else lock.cancel();
      await upgrade;
      guard.release();
      const after = stateOf(lock);
      guard.release();
      expect(stateOf(lock)).toEqual(after);
      expect(lock.isReadLocked).toBe(how === 'given up');
    });

    it('rejects with the reason of its signal if that aborted before the release', async () => {
      const reason = new Error('mine');
      const controller = new AbortController();
      controller.signal.addEventListener('abort', () => guard.release());
      lock.readLock(() => {});
      const upgrade = expect(guard.upgrade({ signal: controller.signal })).rejects.toBe(reason);
      controller.abort(reason);
      await upgrade;
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1 });
    });

    it('whose signal has aborted blocks no reader, even before its listener has run', async () => {
      const controller = new AbortController();
      controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
      lock.readLock(() => {});
      watch('upgrade', guard.upgrade({ signal: controller.signal }));
      controller.abort();
      expect(lock.tryReadLock()).toBe(true);
      lock.unlock();
      lock.unlock();
      await microtasks();
      expect(log).toEqual(['upgrade: AbortError']);
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1 });
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1); // That of the test.
    });

    it.each([true, false])(
      'whose signal has aborted blocks no reader behind it, with a try before (%s)',
      async (isTried) => {
        const controller = new AbortController();
        const tries: boolean[] = [];
        controller.signal.addEventListener('abort', (event) => {
          if (isTried) tries.push(lock.tryReadLock());
          event.stopImmediatePropagation();
        });
        lock.readLock(() => {});
        watch('upgrade', guard.upgrade({ signal: controller.signal }));
        lock.readLock(note('reader'));
        controller.abort();
        lock.readLock(note('newcomer'));
        await microtasks();
        expect([tries, log]).toEqual([isTried ? [true] : [], expect.arrayContaining(['reader', 'newcomer'])]);
      },
    );

    it('admits no writer between reading and writing', async () => {
      lock.readLock(() => {});
      lock.writeLock(note('W'));
      const seen: unknown[] = [];
      const upgrade = guard.upgrade().then(() => seen.push(lock.isLocked, [...log]));
      lock.unlock();
      await upgrade;
      expect(seen).toEqual(['W', []]);
      guard.release();
      expect(log).toEqual(['W']);
    });

    it('keeps the next upgradable waiting until the guard is released', async () => {
      watch('next', lock.upgradable.acquire());
      await guard.upgrade();
      await microtasks();
      expect(log).toEqual([]);
      guard.release();
      await microtasks();
      expect(log).toEqual(['next']);
      expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1 });
    });
  });
});

describe('guards', () => {
  it('of readers release one hold each, once', () => {
    const lock = new ReadWriteLock();
    const [first, second] = [took(lock.read.tryAcquire()), took(lock.read.tryAcquire())];
    lock.writeLock(note('W'));
    first.release();
    first.release();
    first[Symbol.dispose]();
    expect(log).toEqual([]);
    expect(lock.readers).toBe(1);
    second.release();
    expect(log).toEqual(['W']);
  });

  it('have no `then`, so that a promise can resolve to them', () => {
    const lock = new ReadWriteLock();
    for (const side of [lock.read, lock.upgradable]) expect(took(side.tryAcquire())).not.toHaveProperty('then');
    expect(took(new ReadWriteLock().write.tryAcquire())).not.toHaveProperty('then');
  });

  it('of one lock do not affect another', () => {
    const [one, other] = [new ReadWriteLock(), new ReadWriteLock()];
    const guard = took(one.read.tryAcquire());
    const kept = took(other.read.tryAcquire());
    guard.release();
    expect([one.readers, other.readers]).toEqual([0, 1]);
    expect(kept.released).toBe(false);
  });
});

describe.each(policies)('a guard under the policy %s', (policy) => {
  it('upgrades once, even if a callback of the same call upgrades too', async () => {
    const lock = new ReadWriteLock({ policy });
    const guard = lock.upgradable.tryAcquire() as UpgradableGuard;
    const controller = new AbortController();
    const upgrades: Promise<unknown>[] = [];
    const upgrade = (): void => void upgrades.push(guard.upgrade().catch((error: Error) => error.name));
    controller.signal.addEventListener('abort', upgrade);
    lock.writeLock(upgrade, { signal: controller.signal });
    controller.abort();
    expect(await Promise.all(upgrades)).toEqual([undefined, 'InvalidStateError']);
    expect([lock.isLocked, lock.readers]).toEqual(['W', 0]);
    guard.release();
    expect([lock.isLocked, lock.readers]).toEqual([false, 0]);
  });

  it('refuses a second upgrade by a callback that the first one, which cannot wait, has told', async () => {
    const lock = new ReadWriteLock({ policy });
    const guard = lock.upgradable.tryAcquire() as UpgradableGuard;
    const controller = new AbortController();
    const upgrades: Promise<unknown>[] = [];
    const upgrade = (options?: GiveUpOptions): void => {
      upgrades.push(guard.upgrade(options).catch((error: Error) => error.name));
    };
    controller.signal.addEventListener('abort', () => upgrade({ timeout: 0 }));
    lock.writeLock(() => upgrade(), { signal: controller.signal });
    controller.abort();
    expect(new Set(await Promise.all(upgrades))).toEqual(new Set([undefined, 'InvalidStateError']));
    guard.release();
    expect([lock.isLocked, lock.waiting, lock.tryWriteLock()]).toEqual([false, 0, true]);
  });

  it('refuses a second upgrade by a foreign signal, while the first one begins to listen to it', async () => {
    const lock = new ReadWriteLock({ policy });
    const guard = lock.upgradable.tryAcquire() as UpgradableGuard;
    const reader = lock.read.tryAcquire() as Guard;
    const second: Promise<void>[] = [];
    const signal = {
      aborted: false,
      addEventListener: () => void second.push(guard.upgrade()),
      removeEventListener() {},
    };
    const first = guard.upgrade({ signal: signal as unknown as AbortSignal });
    await expect(second[0]).rejects.toThrow(InvalidStateError);
    reader.release();
    await first;
    guard.release();
    expect([lock.isLocked, lock.waiting]).toEqual([false, 0]);
  });

  it('has its options read before it is looked at, since reading them may release or upgrade it', async () => {
    const lock = new ReadWriteLock({ policy });
    const guard = lock.upgradable.tryAcquire() as UpgradableGuard;
    const releasing = {
      get timeout() {
        guard.release();
        return 100;
      },
    };
    await expect(guard.upgrade(releasing)).rejects.toThrow(InvalidStateError);
    expect([lock.isLocked, lock.readers]).toEqual([false, 0]);

    const other = lock.upgradable.tryAcquire() as UpgradableGuard;
    const upgrading = {
      get timeout() {
        void other.upgrade();
        return 100;
      },
    };
    await expect(other.upgrade(upgrading)).rejects.toThrow(InvalidStateError);
    expect([lock.isLocked, lock.readers]).toEqual(['W', 0]);
    other.release();
    expect([lock.isLocked, lock.readers]).toEqual([false, 0]);
  });

  it('says what timed out', async () => {
    const lock = new ReadWriteLock({ policy });
    const guard = lock.upgradable.tryAcquire() as UpgradableGuard;
    lock.tryReadLock();
    const late = expect(guard.upgrade({ timeout: 5 })).rejects.toThrow(
      'ReadWriteLock: upgradable.upgrade() timed out after 5 ms',
    );
    vi.advanceTimersByTime(5);
    await late;
  });

  it('still reads, and can upgrade again, when an upgrade cannot begin to wait', async () => {
    const lock = new ReadWriteLock({ policy });
    const guard = lock.upgradable.tryAcquire() as UpgradableGuard;
    const reader = lock.read.tryAcquire() as Guard;
    const signal = {
      aborted: false,
      addEventListener() {
        throw new Error('no listeners here');
      },
      removeEventListener() {},
    };
    await expect(guard.upgrade({ signal: signal as unknown as AbortSignal })).rejects.toThrow('no listeners here');
    expect(lock.tryReadLock()).toBe(true);
    lock.unlock();
    const upgraded = guard.upgrade();
    reader.release();
    await upgraded;
    expect(lock.isLocked).toBe('W');
  });

  it('leaves the lock free when a callback of the call that upgrades releases it', async () => {
    const lock = new ReadWriteLock({ policy });
    const guard = lock.upgradable.tryAcquire() as UpgradableGuard;
    const controller = new AbortController();
    const upgrades: Promise<void>[] = [];
    controller.signal.addEventListener('abort', () => void upgrades.push(guard.upgrade()));
    lock.writeLock(() => guard.release(), { signal: controller.signal });
    controller.abort();
    await Promise.all(upgrades);
    expect([lock.isLocked, lock.readers, lock.waiting]).toEqual([false, 0, 0]);
  });
});
