import { inspect } from 'node:util';
import { AbortError, createMutex, InvalidStateError, Mutex, TimeoutError } from '@valvekit/mutex';
import { describe, expect, it, vi } from 'vitest';

describe('the calls of version 0.2', () => {
  it('lock(cb), unlock(), isLocked', () => {
    const mutex = createMutex();
    expect(mutex.isLocked).toBe(false);
    const order: string[] = [];
    mutex.lock((error) => {
      expect(error).toBe(undefined);
      expect(mutex.isLocked).toBe(true);
      order.push('first');
    });
    mutex.lock(() => {
      order.push('second');
      mutex.unlock();
    });
    order.push('between');
    mutex.unlock();
    expect(order).toEqual(['first', 'between', 'second']);
    expect(mutex.isLocked).toBe(false);
  });

  it('lock(cb, 5000), timed out', () => {
    vi.useFakeTimers();
    const mutex = createMutex();
    mutex.lock(() => {});
    const callback = vi.fn();
    mutex.lock(callback, 5000);
    vi.advanceTimersByTime(4999);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback.mock.calls).toEqual([[expect.any(TimeoutError)]]);
    expect(callback.mock.calls[0]?.[0]).toHaveProperty('message', 'Mutex.lock timed out after 5000 ms');
    mutex.unlock();
    expect(mutex.isLocked).toBe(false);
    vi.useRealTimers();
  });

  it('tryLock()', () => {
    const mutex = createMutex();
    expect(mutex.tryLock()).toBe(true);
    expect(mutex.tryLock()).toBe(false);
    mutex.unlock();
    expect(mutex.tryLock()).toBe(true);
  });

  it('unlock() throws when it is not locked', () => {
    expect(() => createMutex().unlock()).toThrow('Mutex is not locked');
  });
});

describe('Mutex', () => {
  it('is made by createMutex() and by new', () => {
    expect(createMutex()).toBeInstanceOf(Mutex);
    expect(new Mutex()).toBeInstanceOf(Mutex);
    expect(() => (Mutex as unknown as () => Mutex)()).toThrow(TypeError);
  });

  it('says who holds it when unlock() may not free it', async () => {
    const mutex = new Mutex();
    expect(() => mutex.unlock()).toThrow(new InvalidStateError('Mutex is not locked'));
    const guard = await mutex.acquire();
    expect(() => mutex.unlock()).toThrow(InvalidStateError);
    expect(() => mutex.unlock()).toThrow(/guard or a sandbox/);
    guard.release();
  });

  it('names itself in what cancel() gives up with', async () => {
    const mutex = new Mutex();
    await mutex.lock();
    const waiting = mutex.lock();
    mutex.cancel();
    await expect(waiting).rejects.toThrow(new AbortError('Mutex.cancel() gave up all who waited'));
  });

  it('resolves lock() to nothing, on a free and on a held mutex', async () => {
    const mutex = new Mutex();
    expect(await mutex.lock()).toBe(undefined);
    const second = mutex.lock();
    const third = mutex.lock({});
    mutex.unlock();
    expect(await second).toBe(undefined);
    mutex.unlock();
    expect(await third).toBe(undefined);
  });

  it('gives native promises', () => {
    const mutex = new Mutex();
    for (const promise of [mutex.lock(), mutex.lock({}), mutex.lock(), mutex.acquire(), mutex.sandbox(() => {})]) {
      expect(promise.constructor).toBe(Promise);
      promise.catch(() => {});
    }
    mutex.cancel();
  });

  it('shows whether it is locked and how many wait', () => {
    const mutex = new Mutex();
    expect(inspect(mutex)).toBe('Mutex { isLocked: false, waiting: 0 }');
    mutex.lock(() => {});
    mutex.lock(() => {});
    expect(inspect(mutex)).toBe('Mutex { isLocked: true, waiting: 1 }');
    expect(Object.prototype.toString.call(mutex)).toBe('[object Mutex]');
    expect(JSON.stringify(mutex)).toBe('{}');
  });

  it('refuses to work on anything else', () => {
    const mutex = new Mutex();
    const { lock, unlock, tryLock, sandbox } = mutex;
    for (const other of [{}, undefined, Object.create(mutex)]) {
      expect(() => unlock.call(other)).toThrow(TypeError);
      expect(() => tryLock.call(other)).toThrow(TypeError);
      expect(() => lock.call(other, () => {})).toThrow(TypeError);
      expect(() => sandbox.call(other, () => {})).toThrow(TypeError);
    }
    expect(mutex.isLocked).toBe(false);
  });

  it('does not call the public verbs of a subclass behind its back', async () => {
    const calls: string[] = [];
    class Loud extends Mutex {
      override unlock(): void {
        calls.push('unlock');
        super.unlock();
      }
      override tryLock(): boolean {
        calls.push('tryLock');
        return super.tryLock();
      }
      override cancel(reason?: unknown): void {
        calls.push('cancel');
        super.cancel(reason);
      }
    }
    const loud = new Loud();
    await loud.lock();
    const waiting = loud.sandbox(() => {});
    loud.unlock();
    await waiting;
    (await loud.acquire()).release();
    expect(calls).toEqual(['unlock']);
    expect(Object.prototype.toString.call(loud)).toBe('[object Mutex]');
  });

  it('survives that a released guard is released again while its next holder is inside', async () => {
    const mutex = new Mutex();
    const first = await mutex.acquire();
    const second = mutex.acquire();
    first.release();
    mutex.lock(() => expect.unreachable('nobody has given back'), { signal: new AbortController().signal });
    first.release();
    const guard = await second;
    expect([mutex.isLocked, mutex.waiting, guard.released]).toEqual([true, 1, false]);
  });
});

describe('a million', () => {
  const million = 1_000_000;

  it('callbacks, each of which unlocks, need no more stack than a few', () => {
    const mutex = new Mutex();
    mutex.lock(() => {});
    let ran = 0;
    const callback = (): void => {
      ran++;
      mutex.unlock();
    };
    for (let i = 0; i < million; i++) mutex.lock(callback);
    mutex.unlock();
    expect([ran, mutex.isLocked, mutex.waiting]).toEqual([million, false, 0]);
  });

  it('promises are served in order', async () => {
    const mutex = new Mutex();
    mutex.lock(() => {});
    let ran = 0;
    const enter = (): void => {
      ran++;
      mutex.unlock();
    };
    let last: Promise<void> = Promise.resolve();
    for (let i = 0; i < million; i++) last = mutex.lock().then(enter);
    mutex.unlock();
    await last;
    expect([ran, mutex.isLocked, mutex.waiting]).toEqual([million, false, 0]);
  });
});

it.each(['return', 'throw'])(
  'a sandbox that found the lock free is heard of before the one that its %s lets in',
  async (end) => {
    const mutex = new Mutex();
    const heard: string[] = [];
    const first = mutex.sandbox(async () => {
      if (end === 'throw') throw new Error('out');
    });
    const second = mutex.sandbox(() => {});
    const note = (name: string) => () => void heard.push(name);
    await Promise.all([first.then(note('first'), note('first')), second.then(note('second'))]);
    expect(heard).toEqual(['first', 'second']);
  },
);
