// What clocks and signals of other makes may do to a line: end a wait, and nothing else.
import { AbortError, type Guard, Mutex, Semaphore } from '@valvekit/lite';
import { askedSignal } from '@valvekit-internal/laws/contract/asked-signal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
let others: NodeJS.UnhandledRejectionListener[] = [];

beforeEach(() => {
  unhandled.length = 0;
  others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', onUnhandled);
});

afterEach(() => {
  vi.unstubAllGlobals();
  process.off('unhandledRejection', onUnhandled);
  for (const other of others) process.on('unhandledRejection', other);
});

const { setImmediate: macrotask } = globalThis;
const rest = (): Promise<void> => new Promise((resolve) => void macrotask(resolve));

/** A signal of another make, which calls these before it does what it is asked for. */
class ForeignSignal {
  aborted = false;
  reason: unknown = undefined;
  readonly listeners: Set<() => void> = new Set();
  onAdd: () => void = () => {};
  onRemove: () => void = () => {};

  addEventListener(_type: string, listener: () => void): void {
    this.onAdd();
    this.listeners.add(listener);
  }

  removeEventListener(_type: string, listener: () => void): void {
    this.listeners.delete(listener);
    this.onRemove();
  }

  dispatch(): void {
    for (const listener of this.listeners) listener();
  }

  get signal(): AbortSignal {
    return this as unknown as AbortSignal;
  }
}

function outcomeOf(wait: Promise<unknown>): Promise<unknown> {
  return wait.then(
    () => 'granted',
    (reason: unknown) => reason,
  );
}

describe('a signal', () => {
  it('without a reason ends a wait with an AbortError, before and after it began', async () => {
    const foreign = new ForeignSignal();
    const mutex = new Mutex();
    mutex.tryAcquire();
    const wait = mutex.acquire({ signal: foreign.signal });
    foreign.aborted = true;
    foreign.dispatch();
    const error = new AbortError('The signal has aborted');
    await expect(wait).rejects.toThrow(error);
    await expect(mutex.acquire({ signal: foreign.signal })).rejects.toThrow(error);
    expect([mutex.waiting, foreign.listeners.size]).toEqual([0, 0]);
  });

  it('of several waits that notices its deadline when it is asked ends each of them once, and the line goes on', async () => {
    const asked = askedSignal();
    const mutex = new Mutex();
    const guard = mutex.tryAcquire();
    const waits = [1, 2].map(() => outcomeOf(mutex.acquire({ signal: asked.signal })));
    asked.onAsk = () => asked.abort('deadline');
    guard?.release();
    expect(await Promise.all(waits)).toEqual(['deadline', 'deadline']);
    const again = mutex.tryAcquire();
    const next = mutex.acquire();
    again?.release();
    (await next).release();
    expect([mutex.waiting, mutex.isLocked]).toEqual([0, false]);
  });

  it('of null is none', async () => {
    const mutex = new Mutex();
    (await mutex.acquire({ signal: null })).release();
    expect(await mutex.sandbox(() => 'ran', { signal: null })).toBe('ran');
  });

  it('ends no wait by an event that somebody dispatched by hand', async () => {
    const controller = new AbortController();
    const semaphore = new Semaphore(2);
    const guard = semaphore.tryAcquire() as Guard;
    const heavy = outcomeOf(semaphore.acquire({ permits: 2 }));
    const light = outcomeOf(semaphore.acquire({ signal: controller.signal }));
    controller.signal.dispatchEvent(new Event('abort'));
    expect([semaphore.waiting, semaphore.available]).toEqual([2, 1]);
    guard.release();
    expect(await heavy).toBe('granted');
    controller.abort('now');
    expect(await light).toBe('now');
  });

  it.each(['tries', 'waits'])('that keeps its listeners from running blocks no newcomer that %s', async (newcomer) => {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
    const semaphore = new Semaphore(2);
    semaphore.tryAcquire();
    const heavy = outcomeOf(semaphore.acquire({ permits: 2, signal: controller.signal }));
    controller.abort('gone');
    expect(semaphore.waiting).toBe(1);
    if (newcomer === 'tries') expect(semaphore.tryAcquire()).not.toBe(undefined);
    else await semaphore.acquire();
    expect([semaphore.waiting, semaphore.available]).toEqual([0, 0]);
    expect(await heavy).toBe('gone');
  });

  it('that throws when it is listened to fails the call, and lets the next one in', async () => {
    const foreign = new ForeignSignal();
    const semaphore = new Semaphore(2);
    semaphore.tryAcquire();
    let behind: Promise<unknown> = Promise.resolve();
    foreign.onAdd = () => {
      behind = outcomeOf(semaphore.acquire());
      throw 'no listeners';
    };
    expect(await outcomeOf(semaphore.acquire({ permits: 2, signal: foreign.signal, timeout: 1e6 }))).toBe(
      'no listeners',
    );
    expect(await behind).toBe('granted');
    expect([semaphore.available, semaphore.waiting]).toEqual([0, 0]);
  });

  it('that throws when it is left is reported, and stops neither this grant nor the next', async () => {
    const foreign = new ForeignSignal();
    foreign.onRemove = () => {
      throw 'cannot remove';
    };
    const semaphore = new Semaphore(2);
    const all = semaphore.tryAcquire(2);
    const waits = [semaphore.acquire({ signal: foreign.signal }), semaphore.acquire()];
    all?.release();
    expect((await Promise.all(waits)).map(({ released }) => released)).toEqual([false, false]);
    await rest();
    expect(unhandled).toEqual(['cannot remove']);
  });

  const asks: [string, (mutex: Mutex, guard: Guard, foreign: ForeignSignal) => void, unknown][] = [
    ['releases the lock', (_, guard) => guard.release(), 'granted'],
    ['cancels', (mutex) => mutex.cancel('cancelled'), 'cancelled'],
    [
      'aborts',
      (_mutex, guard, foreign) => {
        foreign.aborted = true;
        foreign.reason = 'aborted';
        guard.release();
      },
      'aborted',
    ],
  ];
  it.each(asks)(
    'that %s while it is listened to ends the wait once, and leaves nothing behind',
    async (_, act, outcome) => {
      const foreign = new ForeignSignal();
      const mutex = new Mutex();
      const guard = mutex.tryAcquire() as Guard;
      foreign.onAdd = () => act(mutex, guard, foreign);
      expect(await outcomeOf(mutex.acquire({ signal: foreign.signal }))).toBe(outcome);
      expect([mutex.waiting, foreign.listeners.size]).toEqual([0, 0]);
    },
  );

  it('that lets go by cancelling settles nobody twice', async () => {
    const foreign = new ForeignSignal();
    const mutex = new Mutex();
    mutex.tryAcquire();
    foreign.onRemove = () => mutex.cancel('inner');
    const waits = [mutex.acquire({ signal: foreign.signal }), mutex.acquire(), mutex.acquire()].map(outcomeOf);
    mutex.cancel('outer');
    expect([await Promise.all(waits), mutex.waiting]).toEqual([['outer', 'inner', 'inner'], 0]);
  });

  it('that lets go by releasing keeps the order of the grants, and passes nobody over', async () => {
    const foreign = new ForeignSignal();
    const semaphore = new Semaphore(2);
    const guards = [semaphore.tryAcquire(), semaphore.tryAcquire()];
    const heard: string[] = [];
    foreign.onRemove = () => guards[1]?.release();
    const waits = [
      semaphore.acquire({ signal: foreign.signal }).then(() => heard.push('first')),
      semaphore.acquire(),
      semaphore.acquire().then(() => heard.push('third')),
    ] as const;
    const second = waits[1].then(() => heard.push('second'));
    guards[0]?.release();
    await second;
    expect([heard, semaphore.waiting]).toEqual([['first', 'second'], 1]);
    (await waits[1]).release();
    await waits[2];
    expect(heard).toEqual(['first', 'second', 'third']);
  });
});

describe('a clock', () => {
  it('that throws fails the call, whose signal is left', async () => {
    vi.stubGlobal('setTimeout', () => {
      throw 'no timers';
    });
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const mutex = new Mutex();
    mutex.tryAcquire();
    expect(await outcomeOf(mutex.acquire({ signal, timeout: 5 }))).toBe('no timers');
    expect(mutex.waiting).toBe(0);
    expect(remove).toHaveBeenCalled();
  });

  it('that cannot clear a timer is reported; the grant stands, and the timer does nothing when it fires', async () => {
    const timers: (() => void)[] = [];
    vi.stubGlobal('setTimeout', (fn: (...args: unknown[]) => void, _ms: number, ...args: unknown[]) =>
      timers.push(() => fn(...args)),
    );
    vi.stubGlobal('clearTimeout', () => {
      throw 'cannot clear';
    });
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const mutex = new Mutex();
    const guard = mutex.tryAcquire();
    const wait = mutex.acquire({ signal, timeout: 5 });
    guard?.release();
    for (const fire of timers) fire();
    expect((await wait).released).toBe(false);
    expect([mutex.isLocked, mutex.waiting, remove.mock.calls.length > 0]).toEqual([true, 0, true]);
    await rest();
    expect(new Set(unhandled)).toEqual(new Set(['cannot clear']));
  });

  it.each(['release', 'cancel'])('that makes the caller %s while it is set leaves no timer behind', async (act) => {
    const running = new Set<number>();
    const mutex = new Mutex();
    const guard = mutex.tryAcquire();
    vi.stubGlobal('setTimeout', () => {
      if (act === 'release') guard?.release();
      else mutex.cancel('cancelled');
      running.add(1);
      return 1;
    });
    vi.stubGlobal('clearTimeout', (id: number) => running.delete(id));
    expect(await outcomeOf(mutex.acquire({ timeout: 5 }))).toBe(act === 'release' ? 'granted' : 'cancelled');
    expect([running.size, mutex.waiting]).toEqual([0, 0]);
  });

  it('that passes no arguments to its functions ends a wait all the same', async () => {
    vi.stubGlobal('setTimeout', (fn: () => void) => void macrotask(() => fn()));
    const mutex = new Mutex();
    mutex.tryAcquire();
    await expect(mutex.acquire({ timeout: 5 })).rejects.toThrow('Mutex: acquire() timed out after 5 ms');
  });

  it('is left alone by those who set no timer', async () => {
    vi.stubGlobal('setTimeout', undefined);
    vi.stubGlobal('clearTimeout', undefined);
    const mutex = new Mutex();
    const guard = mutex.tryAcquire();
    const { signal } = new AbortController();
    const waits = [mutex.acquire(), mutex.acquire({ signal, timeout: Number.POSITIVE_INFINITY })];
    guard?.release();
    (await waits[0])?.release();
    (await waits[1])?.release();
    await rest();
    expect([mutex.isLocked, unhandled]).toEqual([false, []]);
  });
});
