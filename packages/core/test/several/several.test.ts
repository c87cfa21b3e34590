import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { rest } from '@valvekit-internal/laws/rest';
import { thenable } from '@valvekit-internal/laws/thenable';
import {
  AbortError,
  acquireAll,
  type Guard,
  Mutex,
  ReadWriteLock,
  Semaphore,
  sandboxAll,
  TimeoutError,
  tryAcquireAll,
} from 'valvekit';
import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.useRealTimers();
});

const three = (): [Mutex, Mutex, Mutex] => [new Mutex({ name: 'a' }), new Mutex({ name: 'b' }), new Mutex()];

/** How many wait in each line. */
const waiting = (...locks: { readonly waiting: number }[]): number[] => locks.map((lock) => lock.waiting);
const locked = (...locks: { readonly isLocked: boolean }[]): boolean[] => locks.map((lock) => lock.isLocked);

describe('acquireAll()', () => {
  it('takes all locks before it returns if they are free, and its guard releases them all', async () => {
    const [a, b, c] = three();
    const promise = acquireAll([a, b, c]);
    expect(locked(a, b, c)).toEqual([true, true, true]);
    const guard = await promise;
    expect([guard.released, String(guard)]).toEqual([false, '[object Guard]']);
    guard.release();
    expect([guard.released, ...locked(a, b, c)]).toEqual([true, false, false, false]);
  });

  it('holds nothing while it waits', async () => {
    const [a, b] = three();
    const held = await b.acquire();
    const promise = acquireAll([a, b]);
    expect([...locked(a, b), ...waiting(a, b)]).toEqual([false, true, 1, 1]);
    held.release();
    expect([...locked(a, b), ...waiting(a, b)]).toEqual([true, true, 0, 0]);
    (await promise).release();
    expect(locked(a, b)).toEqual([false, false]);
  });

  it('keeps its place in every line: no later request for one of the locks overtakes it', async () => {
    const [a, b] = three();
    const log: string[] = [];
    const held = await a.acquire();
    void sandboxAll([a, b], () => log.push('both'));
    void b.sandbox(() => log.push('later'));
    expect([b.tryAcquire(), b.isLocked, b.waiting]).toEqual([undefined, false, 2]);
    held.release();
    await rest();
    expect(log).toEqual(['both', 'later']);
  });

  it('runs requests that overlap in the order in which they came', async () => {
    const [a, b, c, d] = [new Mutex(), new Mutex(), new Mutex(), new Mutex()] as const;
    const log: number[] = [];
    const held = [await a.acquire(), await b.acquire(), await c.acquire(), await d.acquire()];
    const step = (number: number) => async () => {
      log.push(number);
      await rest();
    };
    const all = [sandboxAll([a, b], step(1)), sandboxAll([b, c], step(2)), sandboxAll([c, d], step(3))];
    for (const guard of held.reverse()) guard.release();
    await Promise.all(all);
    expect(log).toEqual([1, 2, 3]);
  });

  it('does not deadlock with requests that name the locks in another order', async () => {
    const locks = [new Mutex(), new Mutex(), new Mutex()] as const;
    const [a, b, c] = locks;
    let meals = 0;
    const orders = [
      [a, b, c],
      [c, b, a],
      [b, c],
      [c, a],
      [b, a],
    ];
    const eat = async () => {
      await rest();
      meals++;
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => sandboxAll(orders[index % 5] ?? [], eat)));
    expect([meals, ...locked(...locks)]).toEqual([20, false, false, false]);
  });

  it('goes before waiters of a lower priority, in every line', async () => {
    const [a, b] = three();
    const log: string[] = [];
    const held = await acquireAll([a, b]);
    void a.sandbox(() => log.push('a'));
    void b.sandbox(() => log.push('b'));
    void sandboxAll([a, b], () => log.push('low'), { priority: -1 });
    void sandboxAll([a, b], () => log.push('high'), { priority: 1 });
    held.release();
    await rest();
    expect(log).toEqual(['high', 'a', 'b', 'low']);
  });

  it('overtakes waiters of a lower priority if all is free for it', async () => {
    const semaphore = new Semaphore(2);
    const mutex = new Mutex();
    const held = await semaphore.acquire();
    const large = semaphore.acquire({ permits: 2 });
    expect(tryAcquireAll([semaphore, mutex])).toBe(undefined);
    const guard = await acquireAll([semaphore, mutex], { priority: 1, timeout: 0 });
    expect([semaphore.available, semaphore.waiting, mutex.isLocked]).toEqual([0, 1, true]);
    guard.release();
    held.release();
    (await large).release();
  });

  it('has a guard that releases once, also by using', async () => {
    const [a, b] = three();
    const guard = await acquireAll([a, b]);
    guard.release();
    const other = await acquireAll([b]);
    guard.release();
    expect(locked(a, b)).toEqual([false, true]);
    other.release();
    {
      using inner = await acquireAll([a, b]);
      expect([inner.released, a.isLocked]).toEqual([false, true]);
    }
    expect(locked(a, b)).toEqual([false, false]);
    expect('upgrade' in guard || 'downgrade' in guard).toBe(false);
  });

  it('frees all its locks before the next in line is told', async () => {
    const [a, b] = three();
    const guard = await acquireAll([a, b]);
    const log: unknown[] = [];
    a.lock(() => log.push(`a: ${b.isLocked}`));
    guard.release();
    expect(log).toEqual(['a: false']);
  });

  it('hands all its locks to the next in one step', async () => {
    const [a, b] = three();
    const guard = await acquireAll([a, b]);
    const log: unknown[] = [];
    a.lock(() => log.push(locked(a, b)));
    b.lock(() => log.push(locked(a, b)));
    guard.release();
    expect(log).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  it('takes an empty list immediately, unless its signal has aborted', async () => {
    const guard = await acquireAll([]);
    guard.release();
    expect(guard.released).toBe(true);
    expect(await sandboxAll([], () => 5, { timeout: 0 })).toBe(5);
    expect(tryAcquireAll([])?.released).toBe(false);
    await expect(acquireAll([], { signal: AbortSignal.abort('over') })).rejects.toBe('over');
    await expect(acquireAll([], { timeout: Number.NaN })).rejects.toThrow(TypeError);
  });

  it.each([[{ timeout: '5' }], [{ signal: 5 }], [{ priority: Number.NaN }], [5]])(
    'rejects with bad options, %o, and takes nothing',
    async (options) => {
      const [a, b] = three();
      await expect(acquireAll([a, b], options as never)).rejects.toThrow(/must be/);
      await expect(sandboxAll([a, b], () => {}, options as never)).rejects.toThrow(/must be/);
      expect([...locked(a, b), ...waiting(a, b)]).toEqual([false, false, 0, 0]);
    },
  );
});

describe('a timeout', () => {
  it('ends the whole request with an error that names all locks', async () => {
    vi.useFakeTimers();
    const [a, b, c] = three();
    const held = await b.acquire();
    const promise = acquireAll([a, b, c], { timeout: 20 });
    expect([vi.getTimerCount(), ...waiting(a, b, c)]).toEqual([1, 1, 1, 1]);
    vi.advanceTimersByTime(19);
    expect(waiting(a, b, c)).toEqual([1, 1, 1]);
    vi.advanceTimersByTime(1);
    expect([vi.getTimerCount(), ...waiting(a, b, c)]).toEqual([0, 0, 0, 0]);
    await expect(promise).rejects.toThrow(TimeoutError);
    await expect(promise).rejects.toThrow('Mutex "a", Mutex "b", Mutex: acquireAll() timed out after 20 ms');
    held.release();
    expect(locked(a, b, c)).toEqual([false, false, false]);
  });

  it('of zero succeeds only if no wait is needed', async () => {
    const [a, b] = three();
    (await acquireAll([a, b], { timeout: 0 })).release();
    const held = await b.acquire();
    await expect(sandboxAll([a, b], () => {}, { timeout: 0 })).rejects.toThrow(
      'Mutex "a", Mutex "b": sandboxAll() timed out after 0 ms',
    );
    expect([...locked(a, b), ...waiting(a, b)]).toEqual([false, true, 0, 0]);
    held.release();
  });

  it('lets those behind it go, in every line', async () => {
    vi.useFakeTimers();
    const [a, b, c] = three();
    const held = await c.acquire();
    const log: string[] = [];
    acquireAll([a, b, c], { timeout: 5 }).catch(() => log.push('timed out'));
    void b.sandbox(() => log.push('b'));
    void acquireAll([a, b]).then(() => log.push('a and b'));
    vi.advanceTimersByTime(5);
    await rest();
    expect(log).toEqual(['b', 'timed out', 'a and b']);
    held.release();
  });
});

describe('a signal', () => {
  it('refuses even free locks once it has aborted', async () => {
    const [a, b] = three();
    const fn = vi.fn();
    await expect(acquireAll([a, b], { signal: AbortSignal.abort('over') })).rejects.toBe('over');
    await expect(sandboxAll([a, b], fn, { signal: AbortSignal.abort('over') })).rejects.toBe('over');
    expect([...locked(a, b), fn.mock.calls.length]).toEqual([false, false, 0]);
  });

  it('ends the whole request with its reason, and leaves nothing', async () => {
    vi.useFakeTimers();
    const [a, b] = three();
    const held = await b.acquire();
    const controller = new AbortController();
    const promise = acquireAll([a, b], { signal: controller.signal, timeout: 100 });
    expect([getEventListeners(controller.signal, 'abort').length, vi.getTimerCount()]).toEqual([1, 1]);
    controller.abort('over');
    expect([getEventListeners(controller.signal, 'abort').length, vi.getTimerCount()]).toEqual([0, 0]);
    expect(waiting(a, b)).toEqual([0, 0]);
    await expect(promise).rejects.toBe('over');
    held.release();
    expect(locked(a, b)).toEqual([false, false]);
  });

  it('leaves no listener and no timer after a grant', async () => {
    vi.useFakeTimers();
    const [a, b] = three();
    const held = await b.acquire();
    const { signal } = new AbortController();
    const promise = acquireAll([a, b], { signal, timeout: 100 });
    held.release();
    expect([getEventListeners(signal, 'abort').length, vi.getTimerCount()]).toEqual([0, 0]);
    (await promise).release();
  });

  it('has one listener, however many requests and locks share it', async () => {
    const [a, b, c] = three();
    const held = await acquireAll([a, b, c]);
    const controller = new AbortController();
    const { signal } = controller;
    const all = [acquireAll([a, b], { signal }), acquireAll([b, c], { signal }), c.acquire({ signal })];
    expect(getEventListeners(signal, 'abort').length).toBe(1);
    controller.abort('over');
    expect(await Promise.allSettled(all)).toEqual(all.map(() => ({ status: 'rejected', reason: 'over' })));
    held.release();
    expect(locked(a, b, c)).toEqual([false, false, false]);
  });

  it('that aborts in the same tick before the last grant keeps the locks free', async () => {
    const [a, b] = three();
    const held = await b.acquire();
    const controller = new AbortController();
    // Runs before our listener: the signal has aborted already.
    controller.signal.addEventListener('abort', () => held.release());
    const promise = acquireAll([a, b], { signal: controller.signal });
    controller.abort('over');
    await expect(promise).rejects.toBe('over');
    expect(locked(a, b)).toEqual([false, false]);
  });

  it('that aborts in the same tick after the grant does nothing', async () => {
    const [a, b] = three();
    const held = await b.acquire();
    const controller = new AbortController();
    const promise = acquireAll([a, b], { signal: controller.signal });
    held.release();
    controller.abort('over');
    (await promise).release();
    expect(locked(a, b)).toEqual([false, false]);
  });

  it('that aborts while a holder leaves lets the next one in', async () => {
    const [a, b] = three();
    const held = await b.acquire();
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => held.release());
    const log: string[] = [];
    acquireAll([a, b], { signal: controller.signal }).catch(() => log.push('aborted'));
    const next = acquireAll([b, a]).then((guard) => {
      log.push('next');
      return guard;
    });
    controller.abort('over');
    (await next).release();
    expect(log.sort()).toEqual(['aborted', 'next']);
    expect(locked(a, b)).toEqual([false, false]);
  });
});

describe('cancel()', () => {
  it.each([0, 1])('of lock %i ends the whole request', async (index) => {
    const [a, b] = three();
    const held = await acquireAll([a, b]);
    const reason = new Error('over');
    const promise = acquireAll([a, b]);
    [a, b][index]?.cancel(reason);
    expect(waiting(a, b)).toEqual([0, 0]);
    await expect(promise).rejects.toBe(reason);
    expect(locked(a, b)).toEqual([true, true]);
    held.release();
  });

  it('has its usual reason', async () => {
    const [a, b] = three();
    const held = await acquireAll([a, b]);
    const promise = sandboxAll([a, b], () => {});
    b.cancel();
    await expect(promise).rejects.toThrow(AbortError);
    await expect(promise).rejects.toThrow('Mutex "b": cancel() ended the wait');
    held.release();
  });

  it('lets those behind it in the other lines go before anything is told', async () => {
    const [a, b] = three();
    const held = await a.acquire();
    const log: unknown[] = [];
    void acquireAll([a, b]).catch(() => {});
    b.lock(() => log.push(['granted', ...waiting(a, b)]));
    a.lock(() => log.push(['canceled', b.isLocked]));
    a.cancel();
    expect(log).toEqual([
      ['canceled', true],
      ['granted', 0, 0],
    ]);
    held.release();
  });

  it('ends all waits of its line, also those that its line would let go then', async () => {
    const semaphore = new Semaphore(2);
    const mutex = new Mutex();
    const [one, held] = [await semaphore.acquire(), await mutex.acquire()];
    const log: unknown[] = [];
    acquireAll([[semaphore, { permits: 2 }], mutex]).catch(() => log.push('first'));
    acquireAll([semaphore, mutex]).catch(() => log.push('second'));
    held.release();
    expect(mutex.waiting).toBe(2);
    semaphore.cancel();
    await rest();
    expect([log, mutex.isLocked, semaphore.available]).toEqual([['first', 'second'], false, 1]);
    one.release();
  });

  it('from inside a holder, or from an abort listener, ends it as well', async () => {
    const [a, b] = three();
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => a.cancel('by the listener'));
    const inside = b.sandbox(async () => {
      const waiter = acquireAll([a, b]);
      a.cancel('by the holder');
      await expect(waiter).rejects.toBe('by the holder');
      const other = acquireAll([b, a], { signal: controller.signal });
      controller.abort('by the signal');
      // The abort came first.
      await expect(other).rejects.toBe('by the signal');
    });
    await inside;
    expect([...locked(a, b), ...waiting(a, b)]).toEqual([false, false, 0, 0]);
  });
});

describe('sandboxAll()', () => {
  it('starts fn before it returns if all are free, and frees them before it returns if fn gives no promise', async () => {
    const [a, b] = three();
    const promise = sandboxAll([a, b], () => locked(a, b));
    expect(locked(a, b)).toEqual([false, false]);
    expect(await promise).toEqual([true, true]);
  });

  it('holds all until the promise of fn settles, and passes on how', async () => {
    const [a, b] = three();
    let resolve = (_value: string): void => {};
    const promise = sandboxAll([a, b], () => new Promise<string>((settle) => (resolve = settle)));
    expect(locked(a, b)).toEqual([true, true]);
    resolve('done');
    expect(await promise).toBe('done');
    expect(locked(a, b)).toEqual([false, false]);
    await expect(sandboxAll([a, b], () => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
    expect(locked(a, b)).toEqual([false, false]);
  });

  it.each(['free', 'held'])('turns a throw into a rejection and releases: %s locks', async (state) => {
    const [a, b] = three();
    const held = state === 'held' ? await b.acquire() : undefined;
    const promise = sandboxAll([a, b], () => {
      throw new Error('thrown');
    });
    held?.release();
    await expect(promise).rejects.toThrow('thrown');
    expect(locked(a, b)).toEqual([false, false]);
  });

  it('waits for a foreign thenable', async () => {
    const [a, b] = three();
    let settle = (_value: number): void => {};
    const foreign = thenable((resolve: (value: number) => void) => (settle = resolve));
    const promise = sandboxAll([a, b], () => foreign);
    await rest();
    expect(locked(a, b)).toEqual([true, true]);
    settle(7);
    expect(await promise).toBe(7);
    expect(locked(a, b)).toEqual([false, false]);
  });

  it('rejects what is no function, and takes nothing', async () => {
    const [a, b] = three();
    await expect(sandboxAll([a, b], 5 as never)).rejects.toThrow('fn must be a function, but is 5');
    expect(locked(a, b)).toEqual([false, false]);
  });

  it('runs a waiting fn inside the call that grants it, in the async context of its caller', async () => {
    const [a, b] = three();
    const context = new AsyncLocalStorage<string>();
    const held = await b.acquire();
    const log: unknown[] = [];
    const promise = context.run('caller', () =>
      sandboxAll([a, b], () => log.push(context.getStore(), ...locked(a, b))),
    );
    context.run('releaser', () => held.release());
    expect(log).toEqual(['caller', true, true]);
    await promise;
  });

  it('settles before the next holder does', async () => {
    const [a, b] = three();
    const log: string[] = [];
    const note = (name: string) => () => log.push(name);
    const first = sandboxAll([a, b], async () => {});
    const second = sandboxAll([b, a], async () => {});
    void first.then(note('first'));
    void second.then(note('second'));
    void b.lock().then(note('third'));
    await rest();
    expect(log).toEqual(['first', 'second', 'third']);
  });
});

describe('tryAcquireAll()', () => {
  it('takes all or none', () => {
    const [a, b] = three();
    const held = b.tryAcquire() as Guard;
    expect(tryAcquireAll([a, b])).toBe(undefined);
    expect([...locked(a, b), ...waiting(a, b)]).toEqual([false, true, 0, 0]);
    held.release();
    const guard = tryAcquireAll([a, b]);
    expect(locked(a, b)).toEqual([true, true]);
    guard?.release();
    expect(locked(a, b)).toEqual([false, false]);
  });

  it('takes nothing while somebody waits in one of the lines', async () => {
    const semaphore = new Semaphore(2);
    const mutex = new Mutex();
    const held = await semaphore.acquire();
    const large = semaphore.acquire({ permits: 2 });
    expect(tryAcquireAll([mutex, semaphore])).toBe(undefined);
    expect([mutex.isLocked, semaphore.available]).toEqual([false, 1]);
    held.release();
    (await large).release();
  });

  it.each([0, 1])('is not held up by waiter %i, whose signal has aborted but whose listener has not run', (index) => {
    const [a, b] = three();
    const locks = [new Semaphore(2), new Semaphore(2)] as const;
    const controller = new AbortController();
    const log: unknown[] = [];
    const held = locks[index]?.tryAcquire() as Guard;
    controller.signal.addEventListener('abort', () => log.push(tryAcquireAll([...locks, a, b])?.released));
    locks[index]?.take((error) => log.push(error), { permits: 2, signal: controller.signal });
    controller.abort('over');
    expect(log).toEqual(['over', false]);
    expect([...waiting(...locks), ...locked(a, b)]).toEqual([0, 0, true, true]);
    held.release();
  });

  it('tells waiters whose signal has aborted, also if it does not succeed', () => {
    const [a, b] = three();
    a.tryLock();
    const controller = new AbortController();
    const log: unknown[] = [];
    controller.signal.addEventListener('abort', () => log.push(tryAcquireAll([b, a])));
    a.lock((error) => log.push(error), { signal: controller.signal });
    controller.abort('over');
    expect(log).toEqual(['over', undefined]);
    expect(locked(a, b)).toEqual([true, false]);
  });

  it('throws on bad arguments', () => {
    expect(() => tryAcquireAll(5 as never)).toThrow('locks must be an iterable, but is 5');
  });
});

describe('a joint request among others', () => {
  it('waits with the writers of the policy readers, so that all lines agree', async () => {
    const lock = new ReadWriteLock({ policy: 'readers' });
    const mutex = new Mutex();
    const log: string[] = [];
    const held = await mutex.acquire();
    const reading = await lock.read.acquire();
    void sandboxAll([lock.write, mutex], () => log.push('write'));
    void sandboxAll([mutex, lock.read], () => log.push('read'));
    // A single reader enters whenever no writer holds the lock.
    expect(lock.read.tryAcquire()?.release()).toBe(undefined);
    held.release();
    expect(log).toEqual([]);
    reading.release();
    await rest();
    expect(log).toEqual(['write', 'read']);
    expect([lock.isLocked, mutex.isLocked]).toEqual([false, false]);
  });

  it('enters with the readers of the policy readers if it need not wait', async () => {
    const lock = new ReadWriteLock({ policy: 'readers' });
    const mutex = new Mutex();
    const reading = await lock.read.acquire();
    const writing = lock.write.acquire();
    const guard = tryAcquireAll([lock.read, mutex]);
    expect([lock.readers, mutex.isLocked]).toEqual([2, true]);
    guard?.release();
    reading.release();
    (await writing).release();
  });

  it('waits behind an upgrade', async () => {
    const lock = new ReadWriteLock();
    const mutex = new Mutex();
    const log: string[] = [];
    const reading = await lock.read.acquire();
    const upgradable = await lock.upgradable.acquire();
    const upgrade = upgradable.upgrade().then(() => log.push('upgraded'));
    void sandboxAll([lock.read, mutex], () => log.push('read'));
    void mutex.sandbox(() => log.push('mutex'));
    reading.release();
    await upgrade;
    upgradable.release();
    await rest();
    expect(log).toEqual(['upgraded', 'read', 'mutex']);
  });

  it('lets an upgrade pass while it waits', async () => {
    const lock = new ReadWriteLock();
    const mutex = new Mutex();
    const upgradable = await lock.upgradable.acquire();
    const held = await mutex.acquire();
    const joint = acquireAll([lock.write, mutex]);
    await upgradable.upgrade();
    expect(lock.isWriteLocked).toBe(true);
    upgradable.release();
    held.release();
    (await joint).release();
    expect([lock.isLocked, mutex.isLocked]).toEqual([false, false]);
  });

  it('takes the sides of several locks, and gives each back as what it was', async () => {
    const [one, two, three] = [new ReadWriteLock(), new ReadWriteLock(), new ReadWriteLock()];
    const guard = await acquireAll([one.read, two.write, three.upgradable]);
    expect([one.isLocked, two.isLocked, three.isLocked, three.upgradable.tryAcquire()]).toEqual([
      'R',
      'W',
      'R',
      undefined,
    ]);
    const another = await acquireAll([one.read, three.read]);
    expect([one.readers, three.readers]).toEqual([2, 2]);
    guard.release();
    expect([one.isLocked, two.isLocked, three.isLocked, three.readers]).toEqual(['R', false, 'R', 1]);
    another.release();
    expect([one.isLocked, three.isLocked]).toEqual([false, false]);
  });

  it('counts as a reader or a writer among the waiters', async () => {
    const lock = new ReadWriteLock();
    const mutex = new Mutex();
    const held = await lock.write.acquire();
    const all = [acquireAll([lock.read, mutex]), acquireAll([lock.write, mutex])];
    expect([lock.waiting, lock.waitingReaders, lock.waitingWriters, mutex.waiting]).toEqual([2, 1, 1, 2]);
    held.release();
    for (const promise of all) (await promise).release();
  });

  it('is rejected with a RangeError when a capacity falls below what it wants', async () => {
    const semaphore = new Semaphore(3);
    const mutex = new Mutex();
    const held = await semaphore.acquire();
    const log: string[] = [];
    const joint = acquireAll([mutex, [semaphore, { permits: 3 }]]);
    mutex.lock(() => log.push('next'));
    semaphore.capacity = 2;
    expect([log, ...waiting(semaphore, mutex)]).toEqual([['next'], 0, 0]);
    await expect(joint).rejects.toThrow(RangeError);
    await expect(joint).rejects.toThrow('permits must be at most the capacity, 2, but is 3');
    held.release();
  });

  it('waits while a capacity is zero', async () => {
    const semaphore = new Semaphore(0);
    const mutex = new Mutex();
    const joint = acquireAll([[semaphore, { permits: 2 }], mutex]);
    expect([mutex.isLocked, mutex.waiting]).toEqual([false, 1]);
    semaphore.capacity = 2;
    expect([mutex.isLocked, semaphore.available]).toEqual([true, 0]);
    (await joint).release();
  });

  it('is at the head, and takes nothing, until the last lock is free', async () => {
    const locks = Array.from({ length: 5 }, () => new Mutex());
    const held = locks.map((lock) => lock.tryAcquire() as Guard);
    const joint = acquireAll(locks);
    for (const [index, guard] of held.entries()) {
      expect(locked(...locks)).toEqual(locks.map((_, place) => place >= index));
      guard.release();
    }
    expect(locked(...locks)).toEqual(locks.map(() => true));
    (await joint).release();
  });
});
