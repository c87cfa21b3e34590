import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { AbortError, Barrier, createBarrier, TimeoutError } from '@valvekit/barrier';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let log: unknown[];

beforeEach(() => {
  log = [];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A callback that logs its name with the ticket, or with the error. */
function note(name: string): (error?: unknown, ticket?: unknown) => void {
  return (error, ticket) =>
    log.push(error === undefined ? `${name} ${String(ticket)}` : `${name}: ${(error as Error).message}`);
}

describe('new Barrier', () => {
  it('has the ticket that it is given, or undefined', () => {
    expect(new Barrier().get()).toBeUndefined();
    expect(new Barrier(null).get()).toBeNull();
    expect(createBarrier('foo-bar').get()).toBe('foo-bar');
    expect(createBarrier().get()).toBeUndefined();
    expect(createBarrier()).toBeInstanceOf(Barrier);
  });

  it('keeps the object that is its ticket, and runs none of its code', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const barrier = new Barrier<unknown>(proxy);
    expect(Object.is(barrier.get(), proxy)).toBe(true);
    barrier.wait('a', note('scalar'));
    barrier.wait(['a'], note('list'));
    barrier.wait(/a/, note('RegExp'));
    barrier.set(proxy);
    expect(barrier.waiting).toBe(3);
  });
});

describe('wait', () => {
  it('ends immediately if the ticket matches', async () => {
    const barrier = new Barrier<string>('a');
    barrier.wait('a', note('callback'));
    expect(log).toEqual(['callback a']);
    expect(await barrier.wait(['b', 'a'])).toBe('a');
    expect(barrier.waiting).toBe(0);
  });

  it('ends when a ticket that matches is set, and not for another one', async () => {
    const barrier = new Barrier<string>('a');
    barrier.wait('b', note('callback'));
    void barrier.wait('b').then((ticket) => log.push(`promise ${ticket}`));
    barrier.set('c');
    expect(log).toEqual([]);
    expect(barrier.waiting).toBe(2);
    barrier.set('b');
    expect(log).toEqual(['callback b']);
    expect(barrier.waiting).toBe(0);
    await Promise.resolve();
    expect(log).toEqual(['callback b', 'promise b']);
  });

  it('waits even if the ticket was set before', () => {
    const barrier = new Barrier<string>('a');
    barrier.set('b');
    barrier.wait('a', note('A'));
    barrier.set('b');
    expect(log).toEqual([]);
  });

  it('ends for every caller while the ticket is set: no wait uses it up', async () => {
    const barrier = new Barrier<string>('a');
    for (let i = 0; i < 3; i++) expect(await barrier.wait('a')).toBe('a');
  });

  it('resolves to the ticket that matched, even if another one is set by then', async () => {
    const barrier = new Barrier<string>('-');
    const wait = barrier.wait(['a', 'b']);
    barrier.set('a');
    barrier.set('b');
    expect(await wait).toBe('a');
  });

  it('resolves to what a ticket that is a promise resolves to, and passes it to a callback as it is', async () => {
    const barrier = new Barrier<unknown>();
    const ticket = Promise.resolve('inside');
    const callback = vi.fn();
    const isTicket = (value: unknown): boolean => value === ticket;
    barrier.wait(isTicket, callback);
    const wait = barrier.wait(isTicket);
    barrier.set(ticket);
    expect(callback.mock.calls[0]?.[1]).toBe(ticket);
    expect(await wait).toBe('inside');
  });

  it('calls the callback with the barrier as `this`', () => {
    const barrier = new Barrier<string>('a');
    const callback = vi.fn();
    barrier.wait('a', callback);
    barrier.wait('b', callback);
    barrier.set('b');
    barrier.wait('c', callback);
    const reason = new Error('mine');
    barrier.cancel(reason);
    expect(callback.mock.contexts).toEqual([barrier, barrier, barrier]);
    expect(callback.mock.calls).toEqual([[undefined, 'a'], [undefined, 'b'], [reason]]);
  });

  it('calls the callback with nothing if the ticket that matched is undefined', () => {
    const barrier = new Barrier<string | undefined>();
    const callback = vi.fn();
    barrier.wait((ticket) => ticket === undefined, callback);
    expect(callback.mock.calls).toEqual([[]]);
  });

  it('returns nothing in the callback form', () => {
    expect(new Barrier(1).wait(1, () => {})).toBeUndefined();
    expect(new Barrier(1).wait(2, () => {})).toBeUndefined();
  });

  it('throws for bad arguments in the callback form and rejects in the promise form', async () => {
    const barrier = new Barrier<unknown>('a');
    const wait = barrier.wait.bind(barrier) as (...args: unknown[]) => unknown;
    for (const [condition, options] of [
      [undefined, undefined],
      [{}, undefined],
      [[], undefined],
      ['a', { timeout: Number.NaN }],
      ['a', { timeout: '5' }],
      ['a', { signal: {} }],
      ['a', { timeout: null }],
      ['a', 'options'],
      ['a', null],
    ]) {
      const callback = vi.fn();
      expect(() => wait(condition, callback, options)).toThrow(/must be/);
      expect(callback).not.toHaveBeenCalled();
      await expect(wait(condition, options)).rejects.toThrow(/must be/);
    }
    expect(barrier.waiting).toBe(0);
  });

  it('throws if there is a third argument and the second is no callback', async () => {
    const wait = new Barrier('a').wait as (...args: unknown[]) => unknown;
    for (const args of [
      ['a', 5000, () => {}],
      ['a', undefined, 5000],
      ['a', { timeout: 5 }, () => {}],
    ]) {
      expect(() => wait.apply(new Barrier('a'), args)).toThrow(TypeError);
    }
    await expect(wait.call(new Barrier('a'), 'a', 5000)).rejects.toThrow(TypeError);
  });

  it('throws what a callback throws if the ticket matches already', () => {
    const error = new Error('mine');
    expect(() =>
      new Barrier('a').wait('a', () => {
        throw error;
      }),
    ).toThrow(error);
  });

  it('takes a signal of null for none', async () => {
    const barrier = new Barrier<string>('a');
    expect(await barrier.wait('a', { signal: null })).toBe('a');
    barrier.wait('b', note('B'), { signal: null });
    expect(barrier.waiting).toBe(1);
  });

  it('rejects with the reason of an aborted signal, even if the ticket matches', async () => {
    const reason = new Error('mine');
    const barrier = new Barrier('a');
    await expect(barrier.wait('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    barrier.wait('a', note('A'), { signal: AbortSignal.abort(reason) });
    expect(log).toEqual(['A: mine']);
  });
});

describe('a name', () => {
  it('can be given to the constructor and to createBarrier(), after the ticket', () => {
    expect(new Barrier('red').name).toBe(undefined);
    expect(new Barrier().name).toBe(undefined);
    expect(new Barrier('red', {}).name).toBe(undefined);
    const barrier = new Barrier<string | undefined>(undefined, { name: 'light' });
    expect([barrier.name, barrier.get()]).toEqual(['light', undefined]);
    expect(createBarrier('red', { name: 'made' }).name).toBe('made');
    expect(() => Object.assign(barrier, { name: 'other' })).toThrow(TypeError);
  });

  it('is in all messages', async () => {
    const barrier = new Barrier<string>('red', { name: 'light' });
    await expect(barrier.wait('green', { timeout: 0 })).rejects.toThrow('Barrier "light": wait() timed out after 0 ms');
    const waiting = barrier.wait('green');
    barrier.cancel();
    await expect(waiting).rejects.toThrow('Barrier "light": cancel() ended the wait');
  });

  it.each([[null], [5], [{}]])('cannot be %o', (name) => {
    expect(() => new Barrier('red', { name } as never)).toThrow(/^name must be a string, but is /);
    expect(() => createBarrier('red', { name } as never)).toThrow(TypeError);
  });

  it.each([[null], ['light'], [5]])('cannot come with %o as options', (options) => {
    expect(() => new Barrier('red', options as never)).toThrow(/^options must be an object, but is /);
  });

  it('is not taken from a ticket', () => {
    const ticket = { name: 'light' };
    expect(new Barrier(ticket).name).toBe(undefined);
  });
});

describe('set', () => {
  it('ends waits in the call: before it returns every callback has run', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait(1, () => log.push(barrier.get(), barrier.waiting));
    barrier.wait(1, () => log.push('second'));
    barrier.set(1);
    expect(log).toEqual([1, 0, 'second']);
  });

  it('decides which waits end before any callback runs', () => {
    const barrier = new Barrier<number>(0);
    const controller = new AbortController();
    barrier.wait(1, () => {
      log.push(`A, ${barrier.waiting} wait`);
      controller.abort();
      barrier.cancel();
      barrier.set(2);
    });
    barrier.wait(1, note('B'), { signal: controller.signal });
    barrier.wait((ticket) => ticket === 1, note('C'));
    barrier.set(1);
    expect(log).toEqual(['A, 0 wait', 'B 1', 'C 1']);
    expect(barrier.get()).toBe(2);
  });

  it('reports what a callback throws as uncaught, and ends the other waits', () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const barrier = new Barrier<number>(0);
    const errors = [new Error('first'), 'second', null];
    for (const error of errors) {
      barrier.wait(1, () => {
        throw error;
      });
      barrier.wait(1, note('next'));
    }
    expect(() => barrier.set(1)).not.toThrow();
    expect(log).toEqual(['next 1', 'next 1', 'next 1']);
    expect(reported.mock.calls).toEqual(errors.map((error) => [error]));
  });

  it('ends a wait that begins in a callback for the ticket that is set immediately', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait(1, () => {
      log.push('A');
      barrier.wait(1, note('inner'));
      log.push('A ends');
    });
    barrier.wait(1, note('B'));
    barrier.set(1);
    expect(log).toEqual(['A', 'inner 1', 'A ends', 'B 1']);
  });

  it('lets a callback that waits again return before the next one is told', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait(1, () => {
      log.push('a begins');
      barrier.wait(2, note('again'));
      log.push('a ends');
    });
    barrier.wait(1, note('b'));
    barrier.set(1);
    expect(log).toEqual(['a begins', 'a ends', 'b 1']);
  });

  it('asks no condition again that joins in a callback', () => {
    const barrier = new Barrier<number>(0);
    const condition = vi.fn((ticket: number) => ticket === 2);
    barrier.wait(1, () => barrier.wait(condition, note('inner')));
    barrier.wait(1, () => barrier.wait(2, note('inner value')));
    barrier.set(1);
    expect(condition.mock.calls).toEqual([[1]]);
    expect(barrier.waiting).toBe(2);
    barrier.set(2);
    expect(log).toEqual(['inner 2', 'inner value 2']);
  });

  it('passes each waiter the ticket that matched it, even if a callback sets another one', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait(1, () => barrier.set(2));
    barrier.wait(1, note('B'));
    barrier.wait(2, note('C'));
    barrier.set(1);
    expect(log).toEqual(['B 1', 'C 2']);
  });

  it('to a ticket that no waiter waits for changes the ticket only', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait(1, note('A'));
    barrier.set(2);
    expect(barrier.get()).toBe(2);
    expect(barrier.waiting).toBe(1);
  });
});

describe('a set in a waiting callback', () => {
  it('is complete when it returns, callbacks included', () => {
    const barrier = new Barrier<number>(0);
    for (let level = 1; level <= 7; level++) {
      barrier.wait(level, () => {
        log.push(`${level} begins`);
        barrier.set(level + 1);
        log.push(`${level} ends`);
      });
    }
    barrier.set(1);
    expect(log).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7].map((level) => `${level} begins`),
      ...[7, 6, 5, 4, 3, 2, 1].map((level) => `${level} ends`),
    ]);
  });

  it('first calls back the waits that ended before', () => {
    const barrier = new Barrier<number>(0);
    barrier.wait(1, () => {
      barrier.set(2);
      log.push('A ends');
    });
    barrier.wait(1, note('B'));
    barrier.wait(2, note('C'));
    barrier.set(1);
    expect(log).toEqual(['B 1', 'C 2', 'A ends']);
  });

  it('may go on for 100,000 rounds on a flat stack, all done when the first set() returns', () => {
    const barrier = new Barrier<number>(0);
    const rounds = 100_000;
    let next = 1;
    for (let i = 1; i <= rounds; i++) {
      barrier.wait(i, (_, ticket) => {
        if (ticket === next) next++;
        barrier.set(i + 1);
      });
    }
    barrier.set(1);
    expect(next).toBe(rounds + 1);
    expect(barrier.get()).toBe(rounds + 1);
    expect(barrier.waiting).toBe(0);
  });

  it('may be followed by a wait for the next round, and the next', () => {
    const barrier = new Barrier<number>(0);
    let rounds = 0;
    barrier.wait(1, function again(_, ticket = 0) {
      rounds++;
      if (rounds === 1000) return;
      barrier.wait(ticket + 1, again);
      barrier.set(ticket + 1);
    });
    barrier.set(1);
    expect(rounds).toBe(1000);
    expect(barrier.get()).toBe(1000);
  });
});

describe('tasks that wait for each other', () => {
  it('miss none of 10,000 rounds', async () => {
    const barrier = new Barrier<string>('-');
    const rounds = 10_000;
    const play = async (mine: string, other: string): Promise<void> => {
      for (let i = 0; i < rounds; i++) {
        await barrier.wait(`${mine}${i}`);
        barrier.set(`${other}${mine === 'ping' ? i : i + 1}`);
      }
    };
    const games = [play('ping', 'pong'), play('pong', 'ping')];
    barrier.set('ping0');
    await Promise.all(games);
    expect(barrier.get()).toBe(`ping${rounds}`);
  });

  it('see each phase once', async () => {
    const barrier = new Barrier<number>(0);
    const seen: number[][] = [[], [], []];
    await Promise.all(
      seen.map(async (phases) => {
        for (let phase = 1; phase <= 5; phase++) {
          if (barrier.get() < phase) barrier.set(phase);
          phases.push(await barrier.wait((ticket) => ticket >= phase));
        }
      }),
    );
    for (const phases of seen) expect(phases).toHaveLength(5);
    expect(barrier.waiting).toBe(0);
  });
});

describe('the async context', () => {
  it('of a queued callback is that of its wait, not that of set()', () => {
    const storage = new AsyncLocalStorage<string>();
    const barrier = new Barrier<number>(0);
    storage.run('waits', () => barrier.wait(1, () => log.push(storage.getStore())));
    storage.run('is cancelled', () => barrier.wait(2, () => log.push(storage.getStore())));
    barrier.wait(1, () => log.push(storage.getStore()));
    storage.run('sets', () => {
      barrier.set(1);
      barrier.cancel();
    });
    expect(log).toEqual(['waits', undefined, 'is cancelled']);
  });

  it('of a continuation is that of its await', async () => {
    const storage = new AsyncLocalStorage<string>();
    const barrier = new Barrier<number>(0);
    const task = storage.run('waits', async () => {
      await barrier.wait(1);
      return storage.getStore();
    });
    storage.run('sets', () => barrier.set(1));
    expect(await task).toBe('waits');
  });
});

describe('looking', () => {
  it('ends to show a ticket that leads back to it', () => {
    const peer = { opened: new Barrier<unknown>(null), closed: new Barrier<unknown>(null) };
    peer.opened.set(peer);
    peer.closed.set(peer);
    for (const depth of [2, 10, null]) expect(inspect(peer, { depth }).length).toBeLessThan(2000);
    expect(inspect({ barrier: { barrier: peer.opened } }, { depth: 1 })).toBe(
      '{ barrier: { barrier: Barrier [Object] } }',
    );
  });

  it('shows the ticket and how many wait in util.inspect', () => {
    const barrier = new Barrier<unknown>('red');
    void barrier.wait('green');
    expect(inspect(barrier)).toBe("Barrier { ticket: 'red', waiting: 1 }");
    expect(inspect(new Barrier('red', { name: 'light' }))).toBe('Barrier "light" { ticket: \'red\', waiting: 0 }');
    barrier.set({ deep: { deeper: { deepest: {} } } });
    expect(inspect(barrier)).toBe('Barrier { ticket: { deep: { deeper: [Object] } }, waiting: 1 }');
  });

  it('has a string tag', () => {
    expect(Object.prototype.toString.call(new Barrier())).toBe('[object Barrier]');
  });

  it('cannot be changed by assignment', () => {
    const barrier = new Barrier(1);
    expect(() => Object.assign(barrier, { waiting: 5 })).toThrow(TypeError);
    expect(Object.keys(barrier)).toEqual([]);
    const frozen = Object.freeze(new Barrier(1));
    frozen.set(2);
    expect(frozen.get()).toBe(2);
  });
});

describe('the errors of a wait', () => {
  it('differ by their classes', async () => {
    vi.useFakeTimers();
    const barrier = new Barrier(0);
    const timedOut = expect(barrier.wait(1, { timeout: 5 })).rejects.toBeInstanceOf(TimeoutError);
    vi.advanceTimersByTime(5);
    const cancelled = expect(barrier.wait(1)).rejects.toBeInstanceOf(AbortError);
    barrier.cancel();
    await timedOut;
    await cancelled;
  });

  it.each([[undefined], [null], [0], [''], [false]])(
    'for the falsy reason %o are AbortErrors in a callback',
    (reason) => {
      const barrier = new Barrier(0);
      const callback = vi.fn();
      const controller = new AbortController();
      barrier.wait(1, callback, { signal: controller.signal });
      barrier.wait(1, callback);
      if (reason !== undefined) controller.abort(reason);
      barrier.cancel(reason);
      expect(callback).toHaveBeenCalledTimes(2);
      for (const [error] of callback.mock.calls) {
        expect(error).toBeInstanceOf(AbortError);
        if (reason !== undefined) expect((error as Error).cause).toBe(reason);
      }
    },
  );
});

describe('the calls of version 0.2', () => {
  it('work as they are written', () => {
    const barrier = createBarrier<string>('foo-bar');
    barrier.wait(['a', 'b'], () => log.push('list'));
    barrier.wait(
      (ticket) => ticket.startsWith('a'),
      () => log.push('function'),
    );
    expect(barrier.get()).toBe('foo-bar');
    barrier.set('a');
    expect(log).toEqual(['list', 'function']);
    expect(barrier.get()).toBe('a');
  });
});
