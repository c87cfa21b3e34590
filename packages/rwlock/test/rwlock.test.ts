import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import {
  AbortError,
  createReadWriteLock,
  type Guard,
  InvalidStateError,
  ReadWriteLock,
  TimeoutError,
} from '@valvekit/rwlock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let log: string[];

beforeEach(() => {
  log = [];
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A callback that logs its name, with the error if there is one. */
function note(name: string): (error?: unknown) => void {
  return (error) => log.push(error === undefined ? name : `${name}: ${(error as Error).name}`);
}

/** A callback that logs its name and unlocks. */
function noteAndUnlock(name: string): (this: ReadWriteLock) => void {
  return function () {
    log.push(name);
    this.unlock();
  };
}

async function microtasks(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

function heldToRead(readers = 1, policy?: 'fair' | 'readers'): ReadWriteLock {
  const lock = new ReadWriteLock({ policy });
  for (let i = 0; i < readers; i++) expect(lock.tryReadLock()).toBe(true);
  return lock;
}

function heldToWrite(policy?: 'fair' | 'readers'): ReadWriteLock {
  const lock = new ReadWriteLock({ policy });
  expect(lock.tryWriteLock()).toBe(true);
  return lock;
}

function stateOf(lock: ReadWriteLock): object {
  const { isLocked, readers, waitingReaders, waitingWriters } = lock;
  return { isLocked, readers, waitingReaders, waitingWriters };
}

const unlocked = { isLocked: false, readers: 0, waitingReaders: 0, waitingWriters: 0 };

describe('new ReadWriteLock', () => {
  it('is unlocked, and has no waiters', () => {
    const lock = new ReadWriteLock();
    expect(stateOf(lock)).toEqual(unlocked);
    expect(lock.isReadLocked).toBe(false);
    expect(lock.isWriteLocked).toBe(false);
    expect(lock.waiting).toBe(0);
  });

  it.each([[undefined], [{}], [{ policy: undefined }], [{ policy: 'fair' as const }]])('is fair with %o', (options) => {
    const lock = new ReadWriteLock(options);
    lock.readLock(note('R1'));
    lock.writeLock(note('W'));
    expect(lock.tryReadLock()).toBe(false);
  });

  it.each([[null], ['fair'], [1], [() => {}]])('refuses options that are %o', (options) => {
    expect(() => new ReadWriteLock(options as never)).toThrow(TypeError);
    expect(() => new ReadWriteLock(options as never)).toThrow(/^options must be an object, but is /);
  });

  it.each([[null], ['writers'], ['FAIR'], [''], [1], [{}]])('refuses the policy %o', (policy) => {
    expect(() => new ReadWriteLock({ policy } as never)).toThrow(TypeError);
    expect(() => new ReadWriteLock({ policy } as never)).toThrow(/^policy must be 'fair' or 'readers', but is /);
  });

  it('names the policy that it refuses', () => {
    expect(() => new ReadWriteLock({ policy: 'writers' } as never)).toThrow('but is "writers"');
  });

  it('reads the policy once', () => {
    const read = vi.fn(() => 'readers' as const);
    new ReadWriteLock(Object.defineProperty({}, 'policy', { get: read }));
    expect(read).toHaveBeenCalledTimes(1);
  });
});

describe('createReadWriteLock', () => {
  it('makes a ReadWriteLock', () => {
    expect(createReadWriteLock()).toBeInstanceOf(ReadWriteLock);
  });

  it('passes its options on', () => {
    const lock = createReadWriteLock({ policy: 'readers' });
    lock.readLock(note('R1'));
    lock.writeLock(note('W'));
    expect(lock.tryReadLock()).toBe(true);
    expect(() => createReadWriteLock({ policy: 'writers' } as never)).toThrow(TypeError);
  });
});

describe('a name', () => {
  it('can be given to the constructor and to createReadWriteLock(), with a policy', () => {
    expect(new ReadWriteLock().name).toBe(undefined);
    expect(new ReadWriteLock({ policy: 'readers' }).name).toBe(undefined);
    const lock = new ReadWriteLock({ policy: 'readers', name: 'cache' });
    expect([lock.name, createReadWriteLock({ name: 'made' }).name]).toEqual(['cache', 'made']);
    expect(() => Object.assign(lock, { name: 'other' })).toThrow(TypeError);
  });

  it('is in all messages', async () => {
    const lock = new ReadWriteLock({ name: 'cache' });
    expect(() => lock.unlock()).toThrow('ReadWriteLock "cache" is not locked');
    const guard = await lock.upgradable.acquire();
    expect(() => lock.unlock()).toThrow('ReadWriteLock "cache" is held by guards or sandboxes');
    await expect(lock.writeLock({ timeout: 0 })).rejects.toThrow(
      'ReadWriteLock "cache": writeLock() timed out after 0 ms',
    );
    const waiting = lock.writeLock();
    lock.cancel();
    await expect(waiting).rejects.toThrow('ReadWriteLock "cache": cancel() ended the wait');
    lock.tryReadLock();
    await expect(guard.upgrade({ timeout: 0 })).rejects.toThrow(
      'ReadWriteLock "cache": upgradable.upgrade() timed out after 0 ms',
    );
  });

  it.each([[null], [5], [{}]])('cannot be %o', (name) => {
    expect(() => new ReadWriteLock({ name } as never)).toThrow(/^name must be a string, but is /);
    expect(() => createReadWriteLock({ name } as never)).toThrow(TypeError);
  });
});

describe('holding the lock', () => {
  it.each([
    // What holds it, and what it admits then.
    ['no holder', { read: true, write: true }],
    ['a reader', { read: true, write: false }],
    ['a writer', { read: false, write: false }],
  ] as const)('by %s admits %o', async (holder, expected) => {
    const held = (): ReadWriteLock => {
      if (holder === 'no holder') return new ReadWriteLock();
      return holder === 'a reader' ? heldToRead() : heldToWrite();
    };
    expect(held().tryReadLock()).toBe(expected.read);
    expect(held().tryWriteLock()).toBe(expected.write);
    held().readLock(note('read'));
    held().writeLock(note('write'));
    void held().readLock().then(note('read promise'));
    void held().writeLock().then(note('write promise'));
    await microtasks();
    expect(log).toEqual([
      ...(expected.read ? ['read'] : []),
      ...(expected.write ? ['write'] : []),
      ...(expected.read ? ['read promise'] : []),
      ...(expected.write ? ['write promise'] : []),
    ]);
  });

  it('admits any number of readers together', () => {
    const lock = heldToRead(1000);
    expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1000 });
    for (let i = 0; i < 999; i++) lock.unlock();
    expect(lock.isLocked).toBe('R');
    lock.unlock();
    expect(lock.isLocked).toBe(false);
  });

  it('admits a writer when the last reader unlocks, and not before', () => {
    const lock = heldToRead(3);
    lock.writeLock(note('W'));
    lock.unlock();
    lock.unlock();
    expect(log).toEqual([]);
    expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 1, waitingReaders: 0, waitingWriters: 1 });
    lock.unlock();
    expect(log).toEqual(['W']);
    expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'W' });
  });

  it('hands the lock over before unlock() returns, so that no newcomer barges in', async () => {
    const lock = heldToWrite();
    const write = lock.writeLock().then(note('W1'));
    lock.unlock();
    expect(lock.isLocked).toBe('W');
    expect(lock.tryReadLock()).toBe(false);
    expect(lock.tryWriteLock()).toBe(false);
    lock.writeLock(note('W2'));
    await write;
    expect(log).toEqual(['W1']);
  });

  it('calls callbacks with the lock as `this`, and without arguments', () => {
    const lock = new ReadWriteLock();
    const callback = vi.fn();
    lock.readLock(callback);
    lock.writeLock(callback);
    lock.unlock();
    lock.unlock();
    expect(callback.mock.contexts).toEqual([lock, lock]);
    expect(callback.mock.calls).toEqual([[], []]);
  });

  it('never admits a writer and others together while 300 tasks come and go', async () => {
    const lock = new ReadWriteLock();
    let readers = 0;
    let writers = 0;
    const entries = { read: 0, write: 0 };
    const read = async (): Promise<void> => {
      await lock.readLock();
      readers++;
      entries.read++;
      expect(writers).toBe(0);
      await Promise.resolve();
      expect(lock.readers).toBeGreaterThanOrEqual(readers);
      readers--;
      lock.unlock();
    };
    const write = async (): Promise<void> => {
      await lock.writeLock();
      writers++;
      entries.write++;
      expect([readers, writers]).toEqual([0, 1]);
      await Promise.resolve();
      expect(lock.isLocked).toBe('W');
      writers--;
      lock.unlock();
    };
    const tasks: Promise<void>[] = [];
    for (let i = 0; i < 300; i++) {
      tasks.push(i % 7 < 3 || i % 11 === 0 ? read() : write());
      if (i % 5 === 0) await Promise.resolve();
    }
    await Promise.all(tasks);
    expect(entries.read + entries.write).toBe(300);
    expect(stateOf(lock)).toEqual(unlocked);
  });
});

describe('unlock', () => {
  it('throws if the lock is not locked, and changes nothing', () => {
    const lock = new ReadWriteLock();
    expect(() => lock.unlock()).toThrow(InvalidStateError);
    expect(() => lock.unlock()).toThrow('ReadWriteLock is not locked');
    expect(stateOf(lock)).toEqual(unlocked);
    expect(lock.tryWriteLock()).toBe(true);
  });

  it.each(['read', 'write'] as const)('throws the second time after one %s lock', (verb) => {
    const lock = new ReadWriteLock();
    lock[`${verb}Lock`](() => {});
    lock.unlock();
    expect(() => lock.unlock()).toThrow('ReadWriteLock is not locked');
    expect(stateOf(lock)).toEqual(unlocked);
  });

  it('releases one read hold at a time', () => {
    const lock = heldToRead(2);
    lock.unlock();
    expect(lock.readers).toBe(1);
    expect(lock.tryWriteLock()).toBe(false);
    lock.unlock();
    expect(lock.tryWriteLock()).toBe(true);
  });

  it('takes no waiter out of the line', () => {
    const lock = heldToRead(2);
    lock.writeLock(note('W'));
    lock.unlock();
    expect(lock.waitingWriters).toBe(1);
    expect(log).toEqual([]);
  });
});

describe('the fair policy', () => {
  it('makes a reader wait behind a waiting writer', () => {
    const lock = heldToRead();
    lock.writeLock(note('W'));
    lock.readLock(note('R'));
    expect(log).toEqual([]);
    lock.unlock();
    expect(log).toEqual(['W']);
    lock.unlock();
    expect(log).toEqual(['W', 'R']);
  });

  it('admits adjacent readers together, up to the next writer', () => {
    const lock = heldToWrite();
    lock.readLock(note('R1'));
    lock.readLock(note('R2'));
    lock.writeLock(note('W'));
    lock.readLock(note('R3'));
    lock.readLock(note('R4'));
    expect(stateOf(lock)).toEqual({ isLocked: 'W', readers: 0, waitingReaders: 4, waitingWriters: 1 });
    lock.unlock();
    expect(log.splice(0)).toEqual(['R1', 'R2']);
    expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 2, waitingReaders: 2, waitingWriters: 1 });
    lock.unlock();
    expect(log).toEqual([]);
    lock.unlock();
    expect(log.splice(0)).toEqual(['W']);
    expect(stateOf(lock)).toEqual({ isLocked: 'W', readers: 0, waitingReaders: 2, waitingWriters: 0 });
    lock.unlock();
    expect(log).toEqual(['R3', 'R4']);
    expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 2, waitingReaders: 0, waitingWriters: 0 });
  });

  it('admits adjacent writers one by one', () => {
    const lock = heldToRead();
    lock.writeLock(note('W1'));
    lock.writeLock(note('W2'));
    lock.unlock();
    expect(log).toEqual(['W1']);
    lock.unlock();
    expect(log).toEqual(['W1', 'W2']);
  });

  it('admits a writer after the readers that hold the lock, however many more keep coming', () => {
    const lock = heldToRead();
    lock.writeLock(note('W'));
    for (let i = 0; i < 100; i++) lock.readLock(note('R'));
    lock.unlock();
    expect(log).toEqual(['W']);
  });

  it('admits a reader after the writers that came before it, however many more keep coming', () => {
    const lock = heldToWrite();
    let writes = 0;
    lock.writeLock(noteAndUnlock('W'));
    lock.readLock(note('R'));
    lock.writeLock(function again() {
      log.push('W');
      if (writes++ < 50) lock.writeLock(again);
      this.unlock();
    });
    lock.unlock();
    expect(log).toEqual(['W', 'R']);
  });

  it.each(['read', 'write'] as const)('puts a caller that unlocks and asks again to %s behind the waiters', (verb) => {
    const lock = heldToWrite();
    lock.writeLock(note('W'));
    lock.unlock();
    lock[`${verb}Lock`](note('again'));
    expect(log).toEqual(['W']);
    lock.unlock();
    expect(log).toEqual(['W', 'again']);
  });

  it('serves the requests of one caller in the order of its calls', async () => {
    const lock = heldToWrite();
    const asked = ['R1', 'R2', 'W1', 'R3', 'W2'].map((name) => {
      const promise = name.startsWith('R') ? lock.readLock() : lock.writeLock();
      return promise.then(() => {
        log.push(name);
        lock.unlock();
      });
    });
    lock.unlock();
    await Promise.all(asked);
    expect(log).toEqual(['R1', 'R2', 'W1', 'R3', 'W2']);
  });

  it('keeps arrival order among callbacks, promises, sandboxes and guards', async () => {
    const lock = heldToWrite();
    const order: string[] = [];
    lock.readLock(() => order.push('callback'));
    const others = [
      lock.readLock().then(() => order.push('promise')),
      lock.read.acquire().then(() => order.push('guard')),
      lock.read.sandbox(() => order.push('sandbox')),
    ];
    lock.writeLock(() => order.push('W'));
    lock.unlock();
    expect(order).toEqual(['callback', 'sandbox']); // What runs immediately. Promises settle a microtask later.
    await Promise.all(others);
    expect(order).toEqual(['callback', 'sandbox', 'promise', 'guard']);
    expect(lock.waitingWriters).toBe(1);
  });

  it('serves 1000 readers, a writer and 100 readers', () => {
    const lock = heldToRead(1000);
    lock.writeLock(note('W'));
    for (let i = 0; i < 100; i++) lock.readLock(note('R'));
    for (let i = 0; i < 1000; i++) lock.unlock();
    expect(log).toEqual(['W']);
    lock.unlock();
    expect(log).toHaveLength(101);
    for (let i = 0; i < 100; i++) lock.unlock();
    expect(stateOf(lock)).toEqual(unlocked);
  });

  it.each([
    ['before', () => {}],
    ['after', (lock: ReadWriteLock) => lock.unlock()],
  ])('misses no hand-over when a writer comes just %s the last reader unlocks', (when, leave) => {
    const lock = heldToRead();
    leave(lock);
    lock.writeLock(note('W'));
    if (when === 'before') lock.unlock();
    expect(log).toEqual(['W']);
    expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'W' });
  });
});

describe('the readers policy', () => {
  it('admits a reader whenever no writer holds the lock', () => {
    const lock = heldToRead(1, 'readers');
    lock.writeLock(note('W'));
    lock.readLock(note('R'));
    expect(log).toEqual(['R']);
    expect(lock.tryReadLock()).toBe(true);
    expect(lock.readers).toBe(3);
  });

  it('admits a writer when no reader is left', () => {
    const lock = heldToRead(2, 'readers');
    lock.writeLock(note('W'));
    lock.unlock();
    expect(log).toEqual([]);
    lock.unlock();
    expect(log).toEqual(['W']);
  });

  it('admits all waiting readers first when a writer unlocks, whatever came between them', () => {
    const lock = heldToWrite('readers');
    lock.writeLock(note('W1'));
    lock.readLock(note('R1'));
    lock.writeLock(note('W2'));
    lock.readLock(note('R2'));
    expect(stateOf(lock)).toEqual({ isLocked: 'W', readers: 0, waitingReaders: 2, waitingWriters: 2 });
    lock.unlock();
    expect(log).toEqual(['R1', 'R2']);
    expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 2, waitingReaders: 0, waitingWriters: 2 });
    lock.unlock();
    lock.unlock();
    expect(log).toEqual(['R1', 'R2', 'W1']);
    lock.unlock();
    expect(log).toEqual(['R1', 'R2', 'W1', 'W2']);
  });

  it('makes readers wait while a writer holds the lock', () => {
    const lock = heldToWrite('readers');
    lock.readLock(note('R'));
    expect(lock.tryReadLock()).toBe(false);
    expect(lock.tryWriteLock()).toBe(false);
    expect(log).toEqual([]);
  });

  it('keeps writers waiting for as long as readers overlap', () => {
    const lock = heldToRead(1, 'readers');
    lock.writeLock(note('W'));
    for (let i = 0; i < 100; i++) {
      expect(lock.tryReadLock()).toBe(true);
      lock.unlock();
    }
    expect(log).toEqual([]);
    lock.unlock();
    expect(log).toEqual(['W']);
  });

  it('makes an upgradable wait for its turn among the writers', async () => {
    const lock = heldToRead(1, 'readers');
    lock.writeLock(note('W'));
    const guard = lock.upgradable.acquire();
    expect(lock.upgradable.tryAcquire()).toBeUndefined();
    expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 1, waitingReaders: 1, waitingWriters: 1 });
    lock.unlock();
    expect(log).toEqual(['W']);
    lock.unlock();
    (await guard).release();
    expect(stateOf(lock)).toEqual(unlocked);
  });

  it('ends the waits of readers and writers alike', () => {
    const lock = heldToWrite('readers');
    lock.readLock(note('R'), 10);
    lock.writeLock(note('W'), 20);
    vi.advanceTimersByTime(10);
    expect(log).toEqual(['R: TimeoutError']);
    expect(lock.waiting).toBe(1);
    lock.cancel();
    expect(log).toEqual(['R: TimeoutError', 'W: AbortError']);
    expect(lock.waiting).toBe(0);
    lock.unlock();
    expect(stateOf(lock)).toEqual(unlocked);
  });

  it('keeps the readers waiting when a waiting writer gives up while another one writes', () => {
    const lock = heldToWrite('readers');
    lock.writeLock(note('W'), 10);
    lock.readLock(note('R'));
    vi.advanceTimersByTime(10);
    expect(log).toEqual(['W: TimeoutError']);
    lock.unlock();
    expect(log).toEqual(['W: TimeoutError', 'R']);
  });

  it('admits the other readers when the callback of one throws', () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const lock = heldToWrite('readers');
    const error = new Error('mine');
    lock.readLock(() => {
      throw error;
    });
    lock.readLock(note('R2'));
    lock.unlock();
    expect(log).toEqual(['R2']);
    expect(lock.readers).toBe(2);
    expect(reported.mock.calls).toEqual([[error]]);
  });
});

describe('tryReadLock and tryWriteLock', () => {
  it('leave nothing behind when they fail', () => {
    const lock = heldToWrite();
    expect(lock.tryReadLock()).toBe(false);
    expect(lock.tryWriteLock()).toBe(false);
    expect(lock.waiting).toBe(0);
    lock.unlock();
    expect(stateOf(lock)).toEqual(unlocked);
  });

  it('succeed in the turn of the unlock that frees the lock', () => {
    const lock = heldToWrite();
    lock.unlock();
    expect(lock.tryWriteLock()).toBe(true);
    lock.unlock();
    expect(lock.tryReadLock()).toBe(true);
  });

  it('never overtake a waiter, with the fair policy', () => {
    const lock = heldToRead();
    lock.writeLock(note('W'));
    expect(lock.tryReadLock()).toBe(false);
    expect(lock.tryWriteLock()).toBe(false);
    expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 1, waitingReaders: 0, waitingWriters: 1 });
  });

  it('overtake writers of a priority below zero, and no others', () => {
    const lock = heldToRead();
    lock.writeLock(note('W'), { priority: -1 });
    expect(lock.tryReadLock()).toBe(true);
    lock.cancel();
    lock.writeLock(note('W'), { priority: 0.5 });
    expect(lock.tryReadLock()).toBe(false);
  });

  it('take a writer whose signal has aborted for gone, even before its listener has run', () => {
    const lock = heldToRead();
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
    lock.writeLock(note('W'), { signal: controller.signal });
    controller.abort();
    expect(lock.waiting).toBe(1);
    expect(lock.tryReadLock()).toBe(true);
    expect(log).toEqual(['W: AbortError']);
    expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 2 });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1); // That of the test.
  });
});

describe('a writer at the head that gives up', () => {
  const ways: [string, (lock: ReadWriteLock) => () => void, string][] = [
    [
      'by a timeout',
      (lock) => {
        lock.writeLock(note('W'), 100);
        return () => vi.advanceTimersByTime(100);
      },
      'TimeoutError',
    ],
    [
      'by its signal',
      (lock) => {
        const controller = new AbortController();
        lock.writeLock(note('W'), { signal: controller.signal });
        return () => controller.abort();
      },
      'AbortError',
    ],
  ];

  it.each(ways)('%s admits all readers behind it, up to the next writer', (_, start, error) => {
    const lock = heldToRead();
    const giveUp = start(lock);
    lock.readLock(note('R1'));
    lock.readLock(note('R2'));
    lock.writeLock(note('W2'));
    lock.readLock(note('R3'));
    giveUp();
    expect(log).toEqual([`W: ${error}`, 'R1', 'R2']);
    expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 3, waitingReaders: 1, waitingWriters: 1 });
  });

  it.each(ways)('%s admits no waiter while another one writes', (_, start, error) => {
    const lock = heldToWrite();
    const giveUp = start(lock);
    lock.readLock(note('R'));
    giveUp();
    expect(log).toEqual([`W: ${error}`]);
    expect(stateOf(lock)).toEqual({ isLocked: 'W', readers: 0, waitingReaders: 1, waitingWriters: 0 });
  });

  it.each(ways)('%s is not admitted when the last reader unlocks in the same turn', (_, start, error) => {
    const lock = heldToRead();
    const giveUp = start(lock);
    lock.readLock(note('R'));
    giveUp();
    lock.unlock();
    expect(log).toEqual([`W: ${error}`, 'R']);
    expect(lock.readers).toBe(1);
    lock.unlock();
    expect(stateOf(lock)).toEqual(unlocked);
  });

  it.each(ways)('%s keeps the lock if the last reader unlocked before in the same turn', (_, start) => {
    const lock = heldToRead();
    const giveUp = start(lock);
    lock.readLock(note('R'));
    lock.unlock();
    giveUp();
    expect(log).toEqual(['W']);
    expect(stateOf(lock)).toEqual({ isLocked: 'W', readers: 0, waitingReaders: 1, waitingWriters: 0 });
    lock.unlock();
    expect(log).toEqual(['W', 'R']);
  });

  it('admits readers in every form', async () => {
    const lock = heldToRead();
    lock.writeLock(note('W'), 100);
    const reads = [lock.readLock(), lock.read.acquire(), lock.read.sandbox(() => new Promise(() => {}))];
    vi.advanceTimersByTime(100);
    expect(lock.readers).toBe(4);
    await Promise.all(reads.slice(0, 2));
  });

  it('is skipped if an earlier listener of its signal unlocks', () => {
    const lock = heldToWrite();
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => lock.unlock());
    lock.writeLock(note('W'), { signal: controller.signal });
    lock.readLock(note('R'));
    controller.abort();
    expect(log).toEqual(['W: AbortError', 'R']);
  });

  it('leaves with all waiters of its signal before any waiter moves up', () => {
    const lock = heldToRead();
    const controller = new AbortController();
    lock.writeLock(note('W'), { signal: controller.signal });
    lock.readLock(note('R1'), { signal: controller.signal });
    lock.readLock(note('R2'));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort();
    expect(log).toEqual(['W: AbortError', 'R1: AbortError', 'R2']);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('may unlock in the callback of its timeout, and stays refused', () => {
    const lock = heldToRead();
    lock.writeLock(function (error) {
      note('W')(error);
      this.unlock();
    }, 100);
    lock.writeLock(note('W2'));
    vi.advanceTimersByTime(100);
    expect(log).toEqual(['W: TimeoutError', 'W2']);
  });
});

describe('a reader in the middle of the line that gives up', () => {
  it('admits no waiter and keeps the order of the rest', () => {
    const lock = heldToWrite();
    lock.readLock(note('R1'));
    lock.readLock(note('R2'), 100);
    lock.writeLock(note('W'));
    vi.advanceTimersByTime(100);
    expect(log.splice(0)).toEqual(['R2: TimeoutError']);
    expect(stateOf(lock)).toEqual({ isLocked: 'W', readers: 0, waitingReaders: 1, waitingWriters: 1 });
    lock.unlock();
    expect(log).toEqual(['R1']);
    lock.unlock();
    expect(log).toEqual(['R1', 'W']);
  });
});

describe('timeouts', () => {
  it.each(['readLock', 'writeLock'] as const)('name the lock, %s and the time', async (verb) => {
    const lock = heldToWrite();
    const wait = expect(lock[verb]({ timeout: 1500 })).rejects.toThrow(
      new TimeoutError(`ReadWriteLock: ${verb}() timed out after 1500 ms`),
    );
    vi.advanceTimersByTime(1499);
    expect(lock.waiting).toBe(1);
    vi.advanceTimersByTime(1);
    expect(lock.waiting).toBe(0);
    await wait;
    await expect(lock[verb]({ timeout: 0 })).rejects.toThrow(`ReadWriteLock: ${verb}() timed out after 0 ms`);
  });

  it('end the wait, and not the read hold, of a caller that waits for itself', async () => {
    const lock = heldToRead();
    const wait = expect(lock.writeLock({ timeout: 100 })).rejects.toThrow(TimeoutError);
    vi.advanceTimersByTime(100);
    await wait;
    expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1 });
  });
});

describe('a batch of readers admitted together', () => {
  it('is counted before the first of its callbacks runs', () => {
    const lock = heldToWrite();
    const seen: object[] = [];
    for (let i = 0; i < 3; i++) lock.readLock(() => seen.push(stateOf(lock)));
    lock.writeLock(() => {});
    lock.unlock();
    const expected = { isLocked: 'R', readers: 3, waitingReaders: 0, waitingWriters: 1 };
    expect(seen).toEqual([expected, expected, expected]);
  });

  it('is served to the end if a callback throws, whose error is reported as uncaught', () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const lock = heldToWrite();
    const error = new Error('mine');
    lock.readLock(() => {
      throw error;
    });
    lock.readLock(note('R2'));
    lock.writeLock(note('W'));
    lock.unlock();
    expect(log).toEqual(['R2']);
    expect(lock.readers).toBe(2);
    expect(reported.mock.calls).toEqual([[error]]);
    lock.unlock();
    lock.unlock();
    expect(log).toEqual(['R2', 'W']);
  });

  it('is followed by the writer behind it when all have unlocked, each in its callback', () => {
    const lock = heldToWrite();
    lock.readLock(noteAndUnlock('R1'));
    lock.readLock(noteAndUnlock('R2'));
    lock.writeLock(function () {
      log.push(`W with ${lock.readers} readers`);
      this.unlock();
    });
    lock.readLock(noteAndUnlock('R3'));
    lock.unlock();
    expect(log).toEqual(['R1', 'R2', 'W with 0 readers', 'R3']);
    expect(stateOf(lock)).toEqual(unlocked);
  });

  it('is served to the end if a callback asks to write', () => {
    const lock = heldToWrite();
    lock.readLock(() => lock.writeLock(note('W')));
    lock.readLock(note('R2'));
    lock.unlock();
    expect(log).toEqual(['R2']);
    expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 2, waitingReaders: 0, waitingWriters: 1 });
    lock.unlock();
    lock.unlock();
    expect(log).toEqual(['R2', 'W']);
  });

  it('makes a callback that asks to read again wait behind a waiting writer', () => {
    const lock = heldToWrite();
    lock.readLock(() => {
      log.push('R1');
      lock.readLock(note('again'));
    });
    lock.readLock(note('R2'));
    lock.writeLock(noteAndUnlock('W'));
    lock.unlock();
    expect(log).toEqual(['R1', 'R2']);
    lock.unlock();
    lock.unlock();
    expect(log).toEqual(['R1', 'R2', 'W', 'again']);
  });

  it('admits a callback that asks to read again if no writer waits', () => {
    const lock = heldToWrite();
    lock.readLock(() => lock.readLock(note('again')));
    lock.readLock(note('R2'));
    lock.unlock();
    expect(log).toEqual(['again', 'R2']);
    expect(lock.readers).toBe(3);
  });

  it('is decided as a whole: a callback that aborts the signal of the next one is too late', () => {
    const lock = heldToWrite();
    const controller = new AbortController();
    lock.readLock(() => controller.abort());
    lock.readLock(note('R2'), { signal: controller.signal });
    lock.unlock();
    expect(log).toEqual(['R2']);
    expect(lock.readers).toBe(2);
  });

  it('has callbacks that can abort or cancel what waits behind it', () => {
    const lock = heldToWrite();
    const controller = new AbortController();
    lock.readLock(() => controller.abort());
    lock.readLock(() => lock.cancel());
    lock.writeLock(note('W1'), { signal: controller.signal });
    lock.writeLock(note('W2'));
    lock.readLock(note('R3'));
    lock.unlock();
    expect(log).toEqual(['W1: AbortError', 'W2: AbortError', 'R3: AbortError']);
    expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 2 });
  });

  it('has callbacks that see the state as it is', () => {
    const lock = heldToWrite();
    const look = (): void => {
      log.push(`${lock.isLocked} ${lock.isReadLocked} ${lock.isWriteLocked} ${lock.readers}+${lock.waiting}`);
      lock.unlock();
    };
    lock.readLock(look);
    lock.readLock(look);
    lock.writeLock(look);
    lock.unlock();
    expect(log).toEqual(['R true false 2+1', 'R true false 1+1', 'W false true 0+0']);
  });
});

describe('a long line', () => {
  it('of readers and writers by turns that unlock in their callbacks runs on a flat stack', () => {
    const lock = heldToWrite();
    const count = 100_000;
    let done = 0;
    const pass = (): void => {
      done++;
      lock.unlock();
    };
    for (let i = 0; i < count; i += 2) {
      lock.readLock(pass);
      lock.writeLock(pass);
    }
    lock.unlock();
    expect(done).toBe(count);
    expect(stateOf(lock)).toEqual(unlocked);
  });

  it('of readers is admitted together', () => {
    const lock = heldToWrite();
    let most = 0;
    for (let i = 0; i < 10_000; i++) {
      lock.readLock(() => {
        most = Math.max(most, lock.readers);
      });
    }
    lock.unlock();
    expect(most).toBe(10_000);
  });
});

describe('priorities', () => {
  it('let a reader overtake a waiting writer of lower priority', () => {
    const lock = heldToRead();
    lock.writeLock(note('W'), { priority: 1 });
    lock.readLock(note('R1'), { priority: 1 });
    expect(log).toEqual([]);
    lock.readLock(note('R2'), { priority: 2 });
    expect(log).toEqual(['R2']);
    expect(stateOf(lock)).toEqual({ isLocked: 'R', readers: 2, waitingReaders: 1, waitingWriters: 1 });
  });

  it('let a writer of higher priority overtake waiting readers', () => {
    const lock = heldToWrite();
    lock.readLock(note('R1'));
    lock.writeLock(note('W'), { priority: 1 });
    lock.readLock(note('R2'));
    lock.unlock();
    expect(log).toEqual(['W']);
    lock.unlock();
    expect(log).toEqual(['W', 'R1', 'R2']);
  });

  it('admit no reader while a writer writes, however high they are', () => {
    const lock = heldToWrite();
    lock.readLock(note('R'), { priority: Number.MAX_VALUE });
    expect(log).toEqual([]);
  });

  it('order readers among readers and writers among writers with the readers policy', () => {
    const lock = heldToWrite('readers');
    lock.writeLock(note('W1'));
    lock.writeLock(note('W2'), { priority: 9 });
    lock.readLock(noteAndUnlock('R1'));
    lock.readLock(noteAndUnlock('R2'), { priority: 1 });
    lock.unlock();
    expect(log).toEqual(['R2', 'R1', 'W2']);
  });
});

describe('cancel', () => {
  it('ends every wait, in the order of arrival, and no hold', () => {
    const lock = heldToRead(2);
    lock.writeLock(note('W'));
    lock.readLock(note('R'));
    lock.cancel();
    expect(log).toEqual(['W: AbortError', 'R: AbortError']);
    expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 2 });
    lock.unlock();
    lock.unlock();
    expect(lock.isLocked).toBe(false);
  });

  it('admits no waiter whose wait it ends', () => {
    const lock = heldToRead();
    lock.writeLock(note('W'));
    lock.readLock(note('R'));
    lock.cancel();
    expect(lock.readers).toBe(1);
  });

  it('passes its reason on, or an AbortError that names cancel()', async () => {
    const lock = heldToWrite();
    const reason = { mine: true };
    const waits = [lock.readLock(), lock.writeLock()].map((wait) => expect(wait).rejects.toBe(reason));
    lock.cancel(reason);
    await Promise.all(waits);
    const wait = expect(lock.readLock()).rejects.toThrow(new AbortError('ReadWriteLock: cancel() ended the wait'));
    lock.cancel();
    await wait;
  });

  it('clears timers and leaves signals', () => {
    const lock = heldToWrite();
    const { signal } = new AbortController();
    lock.readLock(note('R'), { timeout: 100, signal });
    lock.writeLock(note('W'), { timeout: 100, signal });
    lock.cancel();
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('does not end a wait that begins in one of its callbacks', () => {
    const lock = heldToWrite();
    lock.readLock(() => lock.readLock(note('again')));
    lock.cancel();
    expect(lock.waitingReaders).toBe(1);
    lock.unlock();
    expect(log).toEqual(['again']);
  });
});

describe('bad arguments', () => {
  it.each(['readLock', 'writeLock'] as const)(
    'of %s throw in the callback form and reject in the promise form',
    async (verb) => {
      const lock = new ReadWriteLock();
      expect(() => lock[verb](() => {}, 'soon' as never)).toThrow(TypeError);
      expect(() => lock[verb](() => {}, Number.NaN)).toThrow(/^timeout must be /);
      await expect(lock[verb]({ timeout: Number.NaN })).rejects.toThrow(/^timeout must be /);
      await expect(lock[verb]({ timeout: null as never })).rejects.toThrow(/^timeout must be /);
      await expect(lock[verb](5000 as never)).rejects.toThrow(TypeError);
      await expect(lock[verb]('callback' as never)).rejects.toThrow(TypeError);
      await expect(lock[verb]({ priority: Number.POSITIVE_INFINITY })).rejects.toThrow(RangeError);
      expect(() => (lock[verb] as (a: unknown, b: unknown) => unknown)(undefined, 5000)).toThrow(TypeError);
      expect(stateOf(lock)).toEqual(unlocked);
    },
  );
});

describe('looking', () => {
  it('shows the state in util.inspect', () => {
    const lock = new ReadWriteLock();
    expect(inspect(lock)).toBe('ReadWriteLock { isLocked: false, readers: 0, waitingReaders: 0, waitingWriters: 0 }');
    lock.readLock(() => {});
    lock.writeLock(() => {});
    lock.readLock(() => {});
    expect(inspect(lock)).toBe("ReadWriteLock { isLocked: 'R', readers: 1, waitingReaders: 1, waitingWriters: 1 }");
    expect(inspect({ lock }, { depth: 0 })).toContain('ReadWriteLock');
    expect(inspect(new ReadWriteLock({ name: 'cache' }))).toMatch(/^ReadWriteLock "cache" \{ isLocked: false/);
  });

  it('has a string tag', () => {
    expect(Object.prototype.toString.call(new ReadWriteLock())).toBe('[object ReadWriteLock]');
  });

  it('changes nothing, and no property can be assigned', () => {
    const lock = heldToRead();
    for (const name of ['isLocked', 'isReadLocked', 'isWriteLocked', 'readers', 'waiting'] as const) {
      expect(() => Object.assign(lock, { [name]: 0 })).toThrow(TypeError);
    }
    expect(stateOf(lock)).toEqual({ ...unlocked, isLocked: 'R', readers: 1 });
  });

  it('works on a frozen lock', () => {
    const lock = Object.freeze(new ReadWriteLock());
    lock.writeLock(note('W'));
    lock.unlock();
    expect(log).toEqual(['W']);
  });
});

describe('the calls of version 0.2', () => {
  it('work as they are written', () => {
    const rw = createReadWriteLock();
    rw.readLock(() => log.push('reading'));
    rw.readLock((error) => log.push(error === undefined ? 'reading, too' : 'refused'), 1000);
    expect(rw.isReadLocked).toBe(true);
    rw.writeLock(() => log.push('writing'));
    rw.writeLock((error) => log.push(`writing ${(error as Error).message}`), 5000);
    expect(rw.isWriteLocked).toBe(false);
    rw.unlock();
    rw.unlock();
    expect(rw.isWriteLocked).toBe(true);
    vi.advanceTimersByTime(5000);
    rw.unlock();
    expect(log).toEqual([
      'reading',
      'reading, too',
      'writing',
      'writing ReadWriteLock: writeLock() timed out after 5000 ms',
    ]);
    expect(rw.tryReadLock()).toBe(true);
    rw.unlock();
    expect(rw.tryWriteLock()).toBe(true);
    rw.unlock();
    expect(rw.isLocked).toBe(false);
  });
});

it('a callback cannot release the hold that a guard got past its aborted wait', () => {
  const lock = new ReadWriteLock();
  const first = lock.read.tryAcquire();
  const controller = new AbortController();
  let second: Guard | undefined;
  // Called before the listener of the lock, so that the try meets the aborted head.
  controller.signal.addEventListener('abort', () => {
    second = lock.read.tryAcquire();
  });
  const unlock = vi.fn(() => lock.unlock());
  lock.writeLock(() => expect(unlock).toThrow(InvalidStateError), { signal: controller.signal });
  controller.abort();
  first?.release();
  expect([unlock.mock.calls.length, second?.released, lock.readers, lock.tryWriteLock()]).toEqual([1, false, 1, false]);
});

it.each(['fair', 'readers'] as const)(
  'a sandbox that reads settles before the one that writes after it, with the policy %s',
  async (policy) => {
    const lock = new ReadWriteLock({ policy });
    const reading = lock.read.sandbox(async () => {}).then(() => log.push('read'));
    const writing = lock.write.sandbox(() => {}).then(() => log.push('write'));
    await Promise.all([reading, writing]);
    expect(log).toEqual(['read', 'write']);
  },
);

it.each([0, 1000])('an upgrade with %i ms to wait goes before all waiters behind an aborted head', async (timeout) => {
  const lock = new ReadWriteLock();
  const guard = await lock.upgradable.acquire();
  const controller = new AbortController();
  let upgrade: Promise<void> | undefined;
  controller.signal.addEventListener('abort', () => {
    upgrade = guard.upgrade({ timeout });
  });
  const writing = expect(lock.writeLock({ signal: controller.signal })).rejects.toThrow();
  lock.readLock(() => {});
  controller.abort();
  await upgrade;
  await writing;
  expect(stateOf(lock)).toEqual({ isLocked: 'W', readers: 0, waitingReaders: 1, waitingWriters: 0 });
});
