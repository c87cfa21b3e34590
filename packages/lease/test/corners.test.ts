import { inspect } from 'node:util';
import { onRuntimeWithout } from '@valvekit-internal/laws/older-symbol';
import { copied } from '@valvekit-internal/servers/copied';
import { describe, expect, it, vi } from 'vitest';
import { LocalClock } from '../src/clock.ts';
import { HeldLease } from '../src/held-lease.ts';
import { answerOf, readLocksOptions } from '../src/index.ts';
import { Lanes } from '../src/lanes.ts';
import { Waiter } from '../src/waiter.ts';
import { Network, reasonOf } from './family-under-test.ts';

const id = { kind: 'mutex', name: 'a' } as const;

describe('options', () => {
  it('have defaults', () => {
    const numbers = { lease: 15_000, retry: 1000, passes: 16, maxHold: Number.POSITIVE_INFINITY };
    const defaults = { prefix: 'valvekit', label: '', ...numbers };
    expect(readLocksOptions(undefined)).toEqual(defaults);
    expect(readLocksOptions({})).toEqual(defaults);
  });

  it('reserve a bounded number of tokens', () => {
    expect(readLocksOptions({ passes: 1e9 }).passes).toBe(1000);
  });

  it.each([
    [{ prefix: '' }, RangeError, /prefix.*""/],
    [{ prefix: 'a:b' }, RangeError, /prefix.*"a:b"/],
    [{ prefix: 'x'.repeat(65) }, RangeError, /prefix/],
    [{ prefix: 5 }, TypeError, /prefix.*5/],
    [{ lease: 999 }, RangeError, /lease.*999/],
    [{ lease: 86_400_001 }, RangeError, /lease/],
    [{ lease: Number.NaN }, RangeError, /lease.*NaN/],
    [{ lease: '1000' }, TypeError, /lease.*"1000"/],
    [{ passes: -1 }, RangeError, /passes.*-1/],
    [{ passes: 1.5 }, RangeError, /passes.*1\.5/],
    [{ passes: 1n }, TypeError, /passes.*1n/],
    [{ maxHold: 0 }, RangeError, /maxHold.*0/],
    [{ maxHold: null }, TypeError, /maxHold.*null/],
    [{ label: () => {} }, TypeError, /label.*function/],
    [{ label: 'a\0' }, RangeError, /label.*without NUL/],
    [null, TypeError, /options.*null/],
    [() => {}, TypeError, /options.*function/],
  ])('%o are refused', (options, Refusal, message) => {
    expect(() => readLocksOptions(options as never)).toThrow(Refusal);
    expect(() => readLocksOptions(options as never)).toThrow(message);
  });

  it('of a call are no function: that is what sandbox() takes', async () => {
    const { family } = new Network().process();
    await expect(family.mutex('a').acquire((() => {}) as never)).rejects.toThrow(
      'options must be an object, but is a function',
    );
  });
});

describe('names', () => {
  it.each([
    ['', RangeError],
    ['x'.repeat(513), RangeError],
    ['a\0b', RangeError],
    ['\uD800', RangeError],
    [undefined, TypeError],
    [Symbol('s'), TypeError],
  ])('%o are refused', (name, Refusal) => {
    const { family } = new Network().process();
    expect(() => family.mutex(name as never)).toThrow(Refusal);
    expect(() => family.readWriteLock(name as never)).toThrow(Refusal);
  });

  it('may have 512 UTF-16 units, and any pair of surrogates', () => {
    const { family } = new Network().process();
    expect(String(family.mutex(`${'x'.repeat(510)}🔒`))).toBe('[object RemoteLock]');
  });

  it('go with a capacity that is an integer of at least 0', () => {
    const { family } = new Network().process();
    expect(() => family.semaphore('s', -1)).toThrow(RangeError);
    expect(() => family.semaphore('s', '1' as never)).toThrow(TypeError);
  });
});

describe('a push', () => {
  it('for nobody is given back', async () => {
    const network = new Network();
    const { family } = network.process();
    await family.mutex('a').sandbox(() => {});
    const held = network.server.lock(id);
    const { store } = network.process();
    await store.listen(
      () => {},
      () => {},
    );
    network.server.push('1:99', { is: 'granted', lock: id, id: '1:99', token: 1, until: 0, length: 1 });
    network.server.push('1:99', { is: 'taken', lock: id, id: '1:99' });
    network.server.push('1:99', { is: 'refused', lock: id, id: '1:99', capacity: 1 });
    await network.settle();
    expect(held.state()).toEqual({ holders: [], waiting: 0 });
  });

  it('for somebody who has it already changes nothing', async () => {
    const network = new Network();
    const { family } = network.process();
    await family.mutex('b').acquire({ timeout: 500 });
    const lease = await family.mutex('a').acquire();
    network.server.push('1:2', { is: 'granted', lock: id, id: '1:2', token: 1, until: 0, length: 1 });
    await network.settle();
    lease.check();
    await lease.release();
  });

  it('is not believed before the clock of the server is known', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const lease = await one.family.mutex('a').acquire();
    let answer = (): void => {};
    two.store.onAnswer = (operation) =>
      operation === 'ask' ? new Promise((resolve) => (answer = resolve)) : undefined;
    const waiting = two.family.mutex('a').acquire();
    await network.settle();
    await lease.release();
    await network.settle();
    two.store.onAnswer = () => {};
    answer();
    await network.pass(1200);
    await (await waiting).release();
  });

  it('that overtakes the answer to its request is asked for as soon as that has arrived', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const lease = await one.family.mutex('a').acquire();
    let answer = (): void => {};
    let asks = 0;
    two.store.onAnswer = (operation) => {
      return operation === 'ask' && ++asks === 1 ? new Promise((resolve) => (answer = resolve)) : undefined;
    };
    let isIn = false;
    const waiting = two.family.mutex('a').acquire();
    void waiting.then(() => (isIn = true));
    await network.settle();
    await lease.release();
    await network.settle();
    expect([isIn, asks]).toEqual([false, 1]);
    answer();
    await network.settle();
    expect([isIn, asks]).toEqual([true, 2]);
    await (await waiting).release();
  });

  it('whose request was never answered is asked for at once', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const lease = await one.family.mutex('a').acquire();
    let asks = 0;
    two.store.onAnswer = (operation) => {
      if (operation === 'ask' && ++asks === 1) throw new Error('network');
    };
    const waiting = two.family.mutex('a').acquire();
    await network.settle();
    await lease.release();
    await network.settle();
    await (await waiting).release();
    expect(asks).toBe(2);
  });

  it('that is late is given back, and the wait goes on at its place', async () => {
    const network = new Network();
    const { held: lease, waiting } = await network.contended();
    vi.setSystemTime(Date.now() + 2500);
    await lease.release().catch(() => {});
    await network.settle();
    await (await waiting).release();
  });
});

describe('a place', () => {
  it.each([true, false])(
    'that is granted goes to another waiter if its own has aborted, if there is one: %s',
    async (hasNext) => {
      const network = new Network();
      const [one, two] = [network.process(), network.process()];
      const lease = await one.family.mutex('a').acquire();
      const controller = new AbortController();
      // Before our own listener.
      controller.signal.addEventListener('abort', () => {
        const until = network.server.clock.now + 3000;
        network.server.pushNow('2:1', { is: 'granted', lock: id, id: '2:1', token: 9, until, length: 3000 });
      });
      const aborted = reasonOf(two.family.mutex('a').acquire({ signal: controller.signal }));
      const next = hasNext ? two.family.mutex('a').acquire() : undefined;
      await network.settle();
      controller.abort('no');
      expect(await aborted).toBe('no');
      await (await next)?.release().catch(() => {});
      await lease.release();
      await (await one.family.mutex('a').acquire({ timeout: 0 })).release();
    },
  );

  it('of a waiter that gives up while the network fails is not asked for again', async () => {
    const network = new Network();
    const { family, store } = network.process();
    store.onCommand = (operation) => {
      if (operation === 'ask') throw new Error('network');
    };
    const waiting = reasonOf(family.mutex('a').acquire({ timeout: 50 }));
    await network.pass(60);
    expect(await waiting).toMatchObject({ name: 'TimeoutError' });
    store.onCommand = () => {};
    await network.pass(500);
    expect(network.server.lock(id).state().holders).toEqual([]);
  });

  it('that was never asked for needs no leave', async () => {
    const network = new Network();
    const { family } = network.process();
    const controller = new AbortController();
    const waiting = reasonOf(family.mutex('a').acquire({ signal: controller.signal }));
    controller.abort('no');
    expect(await waiting).toBe('no');
    await network.settle();
  });
});

it('renews several holds of a lock with one command', async () => {
  const network = new Network();
  const { family, store } = network.process();
  const leases = [await family.semaphore('s', 3).acquire(), await family.semaphore('s', 3).acquire()];
  let renewals = 0;
  store.onCommand = (operation) => void (operation === 'renew' && renewals++);
  await network.pass(1500);
  expect(renewals).toBe(1);
  await Promise.all(leases.map((lease) => lease.release()));
});

it('reads the answer to many requests without copying the rest of it for each', async () => {
  const requests = Array.from({ length: 1000 }, (_, i) => ({
    id: `x:${i}`,
    permits: 1,
    priority: 0,
    place: 0,
    joins: true,
  }));
  const words = ['1000', '0', 'ok', ...requests.flatMap((_, i) => ['waiting', String(i), '0', '0'])];
  const run = (): void =>
    expect(answerOf(words, requests).verdicts[999]).toEqual({ is: 'waiting', place: 999, ahead: 0 });
  expect(await copied(run)).toBeLessThan(10_000);
});

it('goes by the faster of two clocks', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const clock = new LocalClock();
  vi.advanceTimersByTime(100);
  expect(clock.now()).toBe(100);
  vi.setSystemTime(Date.now() + 5000);
  expect(clock.now()).toBe(5100);
  vi.advanceTimersByTime(100);
  expect(clock.now()).toBe(5200);
  vi.setSystemTime(Date.now() - 60_000);
  vi.advanceTimersByTime(100);
  expect(clock.now()).toBe(5300);
  vi.setSystemTime(Date.now() + 5000);
  expect(clock.now()).toBe(10_300);
  vi.useRealTimers();
});

it('waits out a timeout that no timer can count', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const giveUp = vi.fn();
  const terms = { timeout: 2 ** 31 + 50, signal: undefined, priority: 0, permits: 1 };
  new Waiter({ label: 'lock', giveUp }, terms, 'acquire');
  vi.advanceTimersByTime(2 ** 31 + 49);
  expect(giveUp).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(giveUp).toHaveBeenCalledOnce();
  vi.useRealTimers();
});

it('rejects with an AbortError for a signal without a reason', async () => {
  const { family } = new Network().process();
  const signal = { aborted: true, addEventListener() {}, removeEventListener() {} };
  expect(await reasonOf(family.mutex('a').acquire({ signal: signal as never }))).toMatchObject({ name: 'AbortError' });
});

it('has a lease that is disposable', async () => {
  const { family } = new Network().process();
  {
    await using lease = await family.mutex('a').acquire();
    expect(lease.released).toBe(false);
  }
  await (await family.mutex('a').acquire({ timeout: 0 })).release();
});

it('has a lease that shows its token in the console', async () => {
  const lease = await new Network().process().family.mutex('a').acquire();
  const { token } = lease;
  await lease.release();
  expect([inspect(lease), lease.constructor.name]).toEqual([`Lease { token: ${token}, released: true }`, 'HeldLease']);
});

it('knows no waiter that has left its lanes', () => {
  const lanes = new Lanes();
  expect([lanes.first, lanes.isEmpty, lanes.hasAhead(0)]).toEqual([undefined, true, false]);
});

it('is disposable where the runtime has no Symbol.asyncDispose yet', () => {
  onRuntimeWithout('asyncDispose', () => {
    expect(
      Reflect.get(new HeldLease({ line: { abandon() {} } } as never), Symbol.for('Symbol.asyncDispose')),
    ).toBeTypeOf('function');
  });
});

it('gives back what a try got after it was aborted', async () => {
  const network = new Network();
  const { family } = network.process();
  const controller = new AbortController();
  const trying = reasonOf(family.mutex('a').tryAcquire({ signal: controller.signal }));
  family
    .mutex('a')
    .acquire({ signal: controller.signal })
    .catch(() => {});
  await Promise.resolve();
  controller.abort('no');
  expect(await trying).toBe('no');
  await network.settle();
  expect(network.server.lock(id).state().holders).toEqual([]);
});

it('asks for nothing when a try is aborted in the turn of its call', async () => {
  const network = new Network();
  const { family, store } = network.process();
  const commands: string[] = [];
  store.onCommand = (operation) => void commands.push(operation);
  const controller = new AbortController();
  const trying = reasonOf(family.mutex('a').tryAcquire({ signal: controller.signal }));
  controller.abort('no');
  expect(await trying).toBe('no');
  await network.settle();
  expect(commands).toEqual([]);
});
