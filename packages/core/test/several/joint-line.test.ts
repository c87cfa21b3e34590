import { foreignSignal } from '@valvekit-internal/laws/contract/foreign-signal';
import { rest } from '@valvekit-internal/laws/rest';
import { acquireAll, type Guard, KeyedLocks, Mutex, Semaphore, sandboxAll, tryAcquireAll } from 'valvekit';
import { describe, expect, it, vi } from 'vitest';

/** A signal whose listener never runs, and that lets user code run when a wait with it ends. */
function silent(onEnd: () => void = () => {}) {
  const { signal } = foreignSignal();
  Object.assign(signal, { addEventListener() {}, removeEventListener: onEnd });
  return signal as unknown as AbortSignal & { aborted: boolean };
}

/** A mutex and a semaphore of two, of which one permit is held. */
function scene() {
  const [mutex, semaphore] = [new Mutex(), new Semaphore(2)];
  return { mutex, semaphore, held: mutex.tryAcquire() as Guard, permit: semaphore.tryAcquire() as Guard };
}

/** Calls `fn` inside as many callbacks that grant one another as it takes to be deeper than they may nest. */
function deepInCallbacks(fn: () => void, depth = 12): void {
  if (depth === 0) {
    fn();
    return;
  }
  const mutex = new Mutex();
  mutex.tryLock();
  mutex.lock(() => deepInCallbacks(fn, depth - 1));
  mutex.unlock();
}

describe('an aborted waiter at the head of another line', () => {
  it('blocks nobody when a lock comes free, even before its listener has run', async () => {
    const { mutex, semaphore, held, permit } = scene();
    const signal = silent();
    semaphore.acquire({ permits: 2, signal }).catch(() => {});
    const joint = acquireAll([mutex, semaphore]);
    Object.assign(signal, { aborted: true });
    held.release();
    expect([mutex.isLocked, semaphore.available, semaphore.waiting]).toEqual([true, 0, 0]);
    (await joint).release();
    permit.release();
  });

  it('blocks nobody who joins', async () => {
    const { mutex, semaphore, held, permit } = scene();
    held.release();
    const signal = silent();
    semaphore.acquire({ permits: 2, signal }).catch(() => {});
    Object.assign(signal, { aborted: true });
    (await acquireAll([mutex, semaphore])).release();
    permit.release();
    expect([mutex.isLocked, semaphore.available, semaphore.waiting]).toEqual([false, 2, 0]);
  });

  it('blocks nobody who does not wait', async () => {
    const { mutex, semaphore, held, permit } = scene();
    held.release();
    const signal = silent();
    const log: unknown[] = [];
    semaphore.take((error) => log.push(error), { permits: 2, signal });
    Object.assign(signal, { aborted: true, reason: 'over' });
    const guard = await acquireAll([mutex, semaphore], { timeout: 0 });
    expect([log, mutex.isLocked, semaphore.available, semaphore.waiting]).toEqual([['over'], true, 0, 0]);
    guard.release();
    permit.release();
  });

  it('may be one of many, in as many lines, and needs no stack', async () => {
    const { mutex, held } = scene();
    const signal = silent();
    const semaphores = Array.from({ length: 4000 }, () => new Semaphore(2));
    for (const semaphore of semaphores) {
      semaphore.tryTake();
      semaphore.acquire({ permits: 2, signal }).catch(() => {});
    }
    const joint = acquireAll([mutex, ...semaphores]);
    Object.assign(signal, { aborted: true });
    held.release();
    expect([mutex.isLocked, semaphores.some(({ waiting }) => waiting > 0)]).toEqual([true, false]);
    (await joint).release();
    expect(semaphores.every(({ available }) => available === 1)).toBe(true);
  });

  it('may be one of many in one line, before as many joint requests', async () => {
    const [a, b] = [new Mutex(), new Mutex()];
    const held = await acquireAll([a, b]);
    const signal = silent();
    let ran = 0;
    const all: Promise<unknown>[] = [];
    for (let index = 0; index < 2000; index++) {
      for (const lock of [a, b]) lock.acquire({ signal }).catch(() => {});
      all.push(sandboxAll([a, b], () => ran++));
    }
    Object.assign(signal, { aborted: true });
    held.release();
    await Promise.all(all);
    expect([ran, a.isLocked, b.isLocked, a.waiting, b.waiting]).toEqual([2000, false, false, 0, 0]);
  });

  it('may be a joint request itself', async () => {
    const { mutex, semaphore, held, permit } = scene();
    const signal = silent();
    const log: string[] = [];
    acquireAll([[semaphore, { permits: 2 }], mutex], { signal }).catch(() => log.push('aborted'));
    const joint = acquireAll([mutex, semaphore]).then((guard) => {
      log.push('granted');
      return guard;
    });
    Object.assign(signal, { aborted: true });
    held.release();
    (await joint).release();
    permit.release();
    expect(log.sort()).toEqual(['aborted', 'granted']);
    expect([mutex.isLocked, semaphore.available]).toEqual([false, 2]);
  });

  it('may cancel the request when it leaves', async () => {
    const { mutex, semaphore, held, permit } = scene();
    const signal = silent(() => mutex.cancel('over'));
    semaphore.acquire({ permits: 2, signal }).catch(() => {});
    const joint = acquireAll([mutex, semaphore]);
    Object.assign(signal, { aborted: true });
    held.release();
    await expect(joint).rejects.toBe('over');
    expect([mutex.isLocked, semaphore.available, mutex.waiting, semaphore.waiting]).toEqual([false, 1, 0, 0]);
    permit.release();
  });

  it('may release one of the locks when it leaves', async () => {
    const { mutex, semaphore, held, permit } = scene();
    const signal = silent(() => permit.release());
    const blocked = new Mutex();
    const key = blocked.tryAcquire() as Guard;
    semaphore.acquire({ permits: 2, signal }).catch(() => {});
    const joint = acquireAll([mutex, [semaphore, { permits: 2 }], blocked]);
    Object.assign(signal, { aborted: true });
    held.release();
    expect([mutex.isLocked, semaphore.available]).toEqual([false, 2]);
    key.release();
    (await joint).release();
    expect([mutex.isLocked, semaphore.available, blocked.isLocked]).toEqual([false, 2, false]);
  });
});

describe('a waiter whose signal has aborted', () => {
  it('is told by whoever finds it, also by a try for another lock that fails', async () => {
    const { mutex, semaphore, held, permit } = scene();
    const signal = silent();
    const log: unknown[] = [];
    semaphore.take((error) => log.push(error), { permits: 2, signal });
    const joint = acquireAll([mutex, semaphore]);
    Object.assign(signal, { aborted: true, reason: 'over' });
    // The joint request is first in line here, and looks for aborted ones in its other line.
    expect([mutex.tryLock(), log]).toEqual([false, ['over']]);
    held.release();
    (await joint).release();
    permit.release();
  });

  it('is told by a joint try that fails', () => {
    const { mutex, semaphore } = scene();
    const [signal, other] = [silent(), new Mutex()];
    const log: unknown[] = [];
    semaphore.take((error) => log.push(error), { permits: 2, signal });
    acquireAll([mutex, semaphore]).catch(() => {});
    Object.assign(signal, { aborted: true, reason: 'over' });
    expect([tryAcquireAll([other, mutex]), log]).toEqual([undefined, ['over']]);
  });
});

describe('a signal', () => {
  it('that aborts between two questions ends the request, and takes nothing', async () => {
    const { mutex, semaphore, held, permit } = scene();
    const signal = silent();
    let reads = Number.NEGATIVE_INFINITY;
    Object.defineProperty(signal, 'aborted', { get: () => reads++ > 0 });
    const joint = acquireAll([mutex, semaphore], { signal });
    reads = 0;
    held.release();
    await expect(joint).rejects.toThrow('The signal has aborted');
    expect([mutex.isLocked, semaphore.available, mutex.waiting, semaphore.waiting]).toEqual([false, 1, 0, 0]);
    permit.release();
  });

  it('that aborts while the request starts its timer ends it', async () => {
    const [a, b] = [new Mutex(), new Mutex()];
    const held = await a.acquire();
    const controller = new AbortController();
    const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementationOnce(() => {
      controller.abort('over');
      return 0 as never;
    });
    const joint = acquireAll([a, b], { signal: controller.signal, timeout: 1e6 });
    spy.mockRestore();
    await expect(joint).rejects.toBe('over');
    expect([a.waiting, b.waiting, b.isLocked]).toEqual([0, 0, false]);
    held.release();
    expect(a.isLocked).toBe(false);
  });

  it('that refuses a listener rejects the request, and leaves nothing', async () => {
    const [a, b] = [new Mutex(), new Mutex()];
    const held = await a.acquire();
    const signal = silent();
    signal.addEventListener = () => {
      throw new Error('no listeners');
    };
    await expect(acquireAll([a, b], { signal })).rejects.toThrow('no listeners');
    expect([a.waiting, b.waiting, b.isLocked]).toEqual([0, 0, false]);
    held.release();
    expect(a.isLocked).toBe(false);
  });
});

describe('all lines agree', () => {
  it('on who is first, also if another request comes while one joins', async () => {
    const [a, b] = [new Mutex(), new Mutex()];
    const [ga, gb] = [await a.acquire(), await b.acquire()];
    const log: string[] = [];
    const signal = silent(() => void sandboxAll([b, a], () => log.push('second')));
    a.acquire({ signal }).catch(() => {});
    Object.assign(signal, { aborted: true });
    void sandboxAll([a, b], () => log.push('first'));
    expect([a.waiting, b.waiting]).toEqual([2, 2]);
    ga.release();
    gb.release();
    await rest();
    expect(log).toEqual(['first', 'second']);
  });

  it('and a request that comes while another waits for its timer joins before it', async () => {
    const [a, b] = [new Mutex(), new Mutex()];
    const held = await acquireAll([a, b]);
    const log: string[] = [];
    const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementationOnce(() => {
      void sandboxAll([b, a], () => log.push('inner'));
      return 0 as never;
    });
    void sandboxAll([a, b], () => log.push('outer'), { timeout: 1e6 });
    spy.mockRestore();
    held.release();
    await rest();
    expect(log).toEqual(['inner', 'outer']);
  });
});

describe('the other lines of a request that has ended move up', () => {
  it('before the call returns, however deep callbacks are nested: after a grant', () => {
    const [a, semaphore] = [new Mutex(), new Semaphore(2)];
    const held = a.tryAcquire() as Guard;
    const log: unknown[] = [];
    sandboxAll([a, semaphore], () => new Promise(() => {})).catch(() => {});
    semaphore.take(() => log.push('next'));
    deepInCallbacks(() => {
      held.release();
      log.push([semaphore.available, semaphore.waiting]);
    });
    expect(log).toEqual([[0, 0], 'next']);
  });

  it('before the call returns, however deep callbacks are nested: after a cancel', () => {
    const [a, b] = [new Mutex(), new Mutex()];
    a.tryLock();
    const log: unknown[] = [];
    acquireAll([a, b]).catch(() => {});
    b.lock(() => log.push('next'));
    deepInCallbacks(() => {
      a.cancel();
      log.push([b.isLocked, b.waiting]);
    });
    expect(log).toEqual([[true, 0], 'next']);
  });

  it('all of them, when a line in the middle is canceled', () => {
    const [a, b, c] = [new Mutex(), new Mutex(), new Mutex()];
    b.tryLock();
    const log: unknown[] = [];
    acquireAll([a, b, c]).catch(() => {});
    for (const [name, lock] of Object.entries({ a, c })) lock.lock(() => log.push([name, a.waiting, c.waiting]));
    b.cancel();
    expect(log).toEqual([
      ['a', 0, 0],
      ['c', 0, 0],
    ]);
    expect([b.isLocked, b.waiting]).toEqual([true, 0]);
  });

  it('one after another, along a chain of any length', async () => {
    const locks = Array.from({ length: 20_000 }, () => new Mutex());
    const [first] = locks as [Mutex];
    const held = await first.acquire();
    let ran = 0;
    const all = locks.slice(1).map((lock, index) => sandboxAll([locks[index] as Mutex, lock], () => ran++));
    expect(ran).toBe(0);
    held.release();
    await Promise.all(all);
    expect(ran).toBe(19_999);
    expect(locks.some(({ isLocked }) => isLocked)).toBe(false);
  });

  it('in the order in which they became free', () => {
    const [a, b, c] = [new Mutex(), new Mutex(), new Mutex()];
    a.tryLock();
    const log: string[] = [];
    sandboxAll([a, b, c], () => log.push('all')).catch(() => log.push('canceled'));
    b.lock(() => log.push('b'));
    c.lock(() => log.push('c'));
    a.unlock();
    expect(log).toEqual(['all', 'b', 'c']);
  });
});

describe('a try', () => {
  it('that fails inside a callback does not tell early those who are told next', async () => {
    const [a, b, taken] = [new Mutex(), new Mutex(), new Mutex()];
    taken.tryLock();
    const both = await acquireAll([a, b]);
    const log: unknown[] = [];
    a.lock(() => log.push(tryAcquireAll([new Mutex(), taken]), 'first'));
    b.lock(() => log.push('second'));
    both.release();
    expect(log).toEqual([undefined, 'first', 'second']);
  });

  it('that fails takes back what it took, and wakes nobody', async () => {
    const { mutex, semaphore, held, permit } = scene();
    const log: string[] = [];
    semaphore.take(() => log.push('two'), { permits: 2 });
    const free = new Mutex();
    expect(tryAcquireAll([free, mutex, semaphore])).toBe(undefined);
    expect([log, free.isLocked, semaphore.available]).toEqual([[], false, 1]);
    held.release();
    permit.release();
    expect(log).toEqual(['two']);
  });
});

describe('user code that runs while a request begins to listen', () => {
  const listening = (code: () => void): AbortSignal => Object.assign(silent(), { addEventListener: code });

  it('may lower a capacity to what the request still fits in, which then waits', async () => {
    const [mutex, semaphore] = [new Mutex(), new Semaphore(3)];
    const permit = await semaphore.acquire({ permits: 2 });
    const signal = listening(() => (semaphore.capacity = 2));
    const joint = acquireAll([mutex, [semaphore, { permits: 2 }]], { signal });
    expect([mutex.waiting, semaphore.waiting]).toEqual([1, 1]);
    permit.release();
    (await joint).release();
  });

  it('may release what the request waits for, which has it then', async () => {
    const { mutex, semaphore, held, permit } = scene();
    const joint = acquireAll([mutex, semaphore], { signal: listening(() => held.release()) });
    expect([mutex.waiting, semaphore.waiting, mutex.isLocked, semaphore.available]).toEqual([0, 0, true, 0]);
    (await joint).release();
    permit.release();
  });
});

it('lets those go on that waited behind an aborted head of another line, before it has its turn itself', async () => {
  const { mutex, semaphore, held, permit } = scene();
  const signal = silent();
  const heavy = semaphore.acquire({ permits: 2, signal });
  const behind = vi.fn();
  void semaphore.acquire().then(behind);
  const joint = acquireAll([mutex, semaphore]);
  signal.aborted = true;
  held.release();
  await expect(heavy).rejects.toThrow();
  expect([behind.mock.calls.length, semaphore.available, mutex.isLocked]).toEqual([1, 0, false]);
  permit.release();
  (await joint).release();
});

describe('a chain of requests, each of which shares a lock with the next one,', () => {
  it('is as long as it likes when the heads of all lines have aborted', { timeout: 60_000 }, async () => {
    const n = 5000;
    const locks = new KeyedLocks<number>();
    const holds = Array.from({ length: n + 1 }, (_, key) => locks.mutex(key).tryAcquire());
    const shutdown = new AbortController();
    // Before our listener runs, so that each line finds out by itself.
    shutdown.signal.addEventListener('abort', () => holds[0]?.release());
    const waits = holds.map((_, key) =>
      locks
        .mutex(key)
        .acquire({ signal: shutdown.signal })
        .catch(() => {}),
    );
    const joints = holds.slice(1).map((_, key) => acquireAll([locks.mutex(key), locks.mutex(key + 1)]));
    shutdown.abort();
    await Promise.all(waits);
    for (const hold of holds) hold?.release();
    for (const joint of joints) (await joint).release();
    expect([locks.waiting, locks.size]).toEqual([0, 0]);
  });
});
