import { inspect } from 'node:util';
import { entrance } from '@valvekit/core/line';
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
    expect(callback.mock.calls[0]?.[0]).toHaveProperty('message', 'Mutex: lock() timed out after 5000 ms');
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

  it('says why unlock() cannot release it', async () => {
    const mutex = new Mutex();
    expect(() => mutex.unlock()).toThrow(new InvalidStateError('Mutex is not locked'));
    const guard = await mutex.acquire();
    const message = 'Mutex is held by a guard or a sandbox, and only they can release it';
    expect(() => mutex.unlock()).toThrow(new InvalidStateError(message));
    expect([mutex.isLocked, guard.released]).toEqual([true, false]);
    guard.release();
    expect(() => mutex.unlock()).toThrow(new InvalidStateError('Mutex is not locked'));
    const sandboxed = mutex.sandbox(async () => expect(() => mutex.unlock()).toThrow(new InvalidStateError(message)));
    await sandboxed;
  });

  it('ends waits with an AbortError that names cancel() if it is given no reason', async () => {
    const mutex = new Mutex();
    await mutex.lock();
    const waiting = mutex.lock();
    mutex.cancel();
    await expect(waiting).rejects.toThrow(new AbortError('Mutex: cancel() ended the wait'));
  });

  it.each(['lock', 'acquire', 'sandbox'] as const)('names the operation when %s() times out', async (operation) => {
    const mutex = new Mutex();
    mutex.tryLock();
    const fn = vi.fn();
    const wait = operation === 'sandbox' ? mutex.sandbox(fn, { timeout: 0 }) : mutex[operation]({ timeout: 0 });
    await expect(wait).rejects.toThrow(new TimeoutError(`Mutex: ${operation}() timed out after 0 ms`));
    expect(fn).not.toHaveBeenCalled();
  });

  it('takes a signal of null for none, and refuses a timeout of null', async () => {
    const mutex = new Mutex();
    await mutex.lock({ signal: null });
    const waiting = mutex.lock({ signal: null });
    expect(mutex.waiting).toBe(1);
    await expect(mutex.lock({ timeout: null as never })).rejects.toThrow(
      new TypeError('timeout must be a number of milliseconds, but is null'),
    );
    mutex.unlock();
    await waiting;
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

  it('returns native promises', () => {
    const mutex = new Mutex();
    for (const promise of [mutex.lock(), mutex.lock({}), mutex.lock(), mutex.acquire(), mutex.sandbox(() => {})]) {
      expect(promise.constructor).toBe(Promise);
      promise.catch(() => {});
    }
    mutex.cancel();
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

  it('does not call the public verbs of a subclass by itself', async () => {
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

  it('stays with its holder when a released guard is released again', async () => {
    const mutex = new Mutex();
    const first = await mutex.acquire();
    const second = mutex.acquire();
    first.release();
    mutex.lock(() => expect.unreachable('the second guard is not released'), { signal: new AbortController().signal });
    first.release();
    const guard = await second;
    expect([mutex.isLocked, mutex.waiting, guard.released]).toEqual([true, 1, false]);
  });
});

describe('a name', () => {
  it('can be given to the constructor and to createMutex(), and cannot be changed', () => {
    expect(new Mutex().name).toBe(undefined);
    expect(new Mutex({}).name).toBe(undefined);
    expect(new Mutex({ name: undefined }).name).toBe(undefined);
    const mutex = new Mutex({ name: 'token' });
    expect([mutex.name, createMutex({ name: 'made' }).name]).toEqual(['token', 'made']);
    expect(() => Object.assign(mutex, { name: 'other' })).toThrow(TypeError);
  });

  it('is in all messages', async () => {
    const mutex = new Mutex({ name: 'token' });
    expect(() => mutex.unlock()).toThrow('Mutex "token" is not locked');
    const guard = await mutex.acquire();
    expect(() => mutex.unlock()).toThrow('Mutex "token" is held by a guard or a sandbox');
    await expect(mutex.acquire({ timeout: 0 })).rejects.toThrow('Mutex "token": acquire() timed out after 0 ms');
    const waiting = mutex.lock();
    mutex.cancel();
    await expect(waiting).rejects.toThrow('Mutex "token": cancel() ended the wait');
    guard.release();
  });

  it.each([[null], [5], [{}], [Symbol('s')]])('cannot be %o', (name) => {
    expect(() => new Mutex({ name } as never)).toThrow(/^name must be a string, but is /);
    expect(() => createMutex({ name } as never)).toThrow(TypeError);
  });

  it.each([[null], ['token'], [5]])('cannot come with %o as options', (options) => {
    expect(() => new Mutex(options as never)).toThrow(/^options must be an object, but is /);
  });
});

describe('looking', () => {
  it('shows whether it is locked and how many wait', () => {
    const mutex = new Mutex();
    expect(inspect(mutex)).toBe('Mutex { isLocked: false, waiting: 0 }');
    mutex.lock(() => {});
    mutex.lock(() => {});
    expect(inspect(mutex)).toBe('Mutex { isLocked: true, waiting: 1 }');
    expect(inspect(new Mutex({ name: 'token' }))).toBe('Mutex "token" { isLocked: false, waiting: 0 }');
    expect(JSON.stringify(mutex)).toBe('{}');
  });

  it('has a string tag', () => {
    expect(Object.prototype.toString.call(new Mutex({ name: 'token' }))).toBe('[object Mutex]');
  });
});

describe('the entrance', () => {
  it('leads to the line, past the methods', async () => {
    const mutex = new Mutex();
    const { line, request, verb } = mutex[entrance]();
    expect([line.owner, request, verb.name, verb.isBare]).toEqual([mutex, undefined, 'sandbox', false]);
    expect(line.admitNow(request, verb)).toBe(true);
    expect([mutex.isLocked, mutex.tryLock()]).toEqual([true, false]);
    expect(() => mutex.unlock()).toThrow(InvalidStateError);
    line.giveBack(request);
    expect(mutex.isLocked).toBe(false);
  });
});

describe('a try on a held mutex', () => {
  it('ends the wait of a head whose signal has aborted, even before our listener has run', () => {
    const mutex = new Mutex();
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
    mutex.tryLock();
    const callback = vi.fn();
    mutex.lock(callback, { signal: controller.signal });
    controller.abort('no');
    expect([mutex.tryLock(), mutex.tryAcquire()]).toEqual([false, undefined]);
    expect([callback.mock.calls, mutex.waiting]).toEqual([[['no']], 0]);
  });
});

describe('a million', { timeout: 60_000 }, () => {
  const million = 1_000_000;

  it('callbacks, each of which unlocks, run on a flat stack', () => {
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
  'a sandbox that found the lock free settles before the one that follows its %s',
  async (end) => {
    const mutex = new Mutex();
    const log: string[] = [];
    const first = mutex.sandbox(async () => {
      if (end === 'throw') throw new Error('out');
    });
    const second = mutex.sandbox(() => {});
    const note = (name: string) => () => void log.push(name);
    await Promise.all([first.then(note('first'), note('first')), second.then(note('second'))]);
    expect(log).toEqual(['first', 'second']);
  },
);
