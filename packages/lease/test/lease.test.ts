import { InvalidStateError, LeaseLostError } from '@valvekit/core';
import { describe, expect, it, vi } from 'vitest';
import type { Family } from '../src/index.ts';
import { Network, reasonOf, silence } from './family-under-test.ts';

describe('a lease', () => {
  it('is renewed for as long as it is held', async () => {
    const network = new Network();
    const { family } = network.process();
    const lease = await family.mutex('a').acquire();
    await network.pass(20_000);
    lease.check();
    expect(lease.remaining).toBeGreaterThan(1900);
    await lease.release();
    expect(lease.remaining).toBe(0);
    expect(() => lease.check()).toThrow(InvalidStateError);
    expect(String(lease)).toBe('[object Lease]');
  });

  it('is lost after two thirds of a lease without an answer, and the next one enters a third later', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const lease = await one.family.mutex('a').acquire();
    const { signal } = lease;
    const next = two.family.mutex('a').acquire();
    await network.settle();
    let isIn = false;
    void next.then(() => (isIn = true));
    one.store.onCommand = silence;
    await network.pass(1950);
    expect(signal.aborted).toBe(false);
    await network.pass(100);
    expect([signal.aborted, signal.reason.why, isIn]).toEqual([true, 'silent', false]);
    expect(lease.remaining).toBe(0);
    expect(() => lease.check()).toThrow(LeaseLostError);
    await network.pass(1100);
    expect((await next).token).toBeGreaterThan(lease.token);
    one.store.onCommand = () => {};
    expect(await reasonOf(lease.release())).toBe(signal.reason);
    await (await next).release();
  });

  it('survives renewals that fail for a while', async () => {
    const network = new Network();
    const { family, store } = network.process();
    const lease = await family.mutex('a').acquire();
    store.onCommand = () => {
      throw new Error('network');
    };
    await network.pass(1500);
    store.onCommand = () => {};
    await network.pass(5000);
    lease.check();
    await lease.release();
  });

  it('is found lost by check() when the event loop was blocked', async () => {
    const network = new Network();
    const { family } = network.process();
    const lease = await family.mutex('a').acquire();
    vi.setSystemTime(Date.now() + 2500);
    expect(lease.remaining).toBe(0);
    expect(() => lease.check()).toThrow(/event loop/);
    expect(lease.signal.aborted).toBe(true);
    expect(await reasonOf(lease.release())).toMatchObject({ why: 'late' });
  });

  it('is late when its timer runs after its time is over', async () => {
    const network = new Network();
    const { family } = network.process();
    const lease = await family.mutex('a').acquire();
    vi.setSystemTime(Date.now() + 3500);
    await network.pass(1100);
    expect(lease.signal.reason).toMatchObject({ why: 'late' });
  });

  it('is taken when the server does not know it any more', async () => {
    const network = new Network();
    const { family } = network.process();
    const [lease, released] = [await family.mutex('a').acquire(), await family.mutex('b').acquire()];
    network.server.lock({ kind: 'mutex', name: 'a' }).forget();
    network.server.lock({ kind: 'mutex', name: 'b' }).forget();
    await network.pass(1100);
    expect(lease.signal.reason).toMatchObject({ why: 'taken', lock: 'a', token: lease.token });
    expect(await reasonOf(released.release())).toMatchObject({ why: 'taken' });
    expect(await reasonOf(lease.release())).toBe(lease.signal.reason);
  });

  it('learns from the answer to its release that it was taken', async () => {
    const network = new Network();
    const { family } = network.process();
    const lease = await family.mutex('a').acquire();
    network.server.lock({ kind: 'mutex', name: 'a' }).forget();
    expect(await reasonOf(lease.release())).toMatchObject({ why: 'taken' });
  });

  it('ignores an unknown renewal that arrives after its release', async () => {
    const network = new Network();
    const { family, store } = network.process();
    const lease = await family.mutex('a').acquire();
    let answer = (): void => {};
    store.onAnswer = (operation) => (operation === 'renew' ? new Promise((resolve) => (answer = resolve)) : undefined);
    await network.pass(1050);
    await lease.release();
    answer();
    await network.settle();
    expect(lease.signal.aborted).toBe(false);
  });

  it('is found expired by check() when the event loop was blocked', async () => {
    const network = new Network();
    const { family } = network.process({ maxHold: 1000 });
    const lease = await family.mutex('a').acquire();
    vi.setSystemTime(Date.now() + 1500);
    expect(await reasonOf((async () => lease.check())())).toMatchObject({ why: 'expired' });
    expect([lease.signal.aborted, lease.remaining]).toEqual([true, 0]);
    expect(await reasonOf(lease.release())).toBe(lease.signal.reason);
  });

  it('expires after maxHold', async () => {
    const network = new Network();
    const { family } = network.process({ maxHold: 5000 });
    const lease = await family.mutex('a').acquire();
    await network.pass(4900);
    lease.check();
    expect(lease.remaining).toBe(100);
    await network.pass(200);
    expect(lease.signal.reason).toMatchObject({ why: 'expired' });
    expect(await reasonOf(lease.release())).toMatchObject({ why: 'expired' });
    await (await family.mutex('a').acquire()).release();
  });

  it('heals when it was collected unreleased', async () => {
    const network = new Network();
    const { family } = network.process();
    await abandon(() => family.mutex('a').acquire());
    await network.pass(3100);
    const lease = await family.mutex('a').acquire();
    await lease.release();
  });

  it('tells those that have kept only its signal, when it is collected', async () => {
    const network = new Network();
    const { family } = network.process();
    let signal: AbortSignal | undefined;
    await abandon(async () => {
      const lease = await family.mutex('a').acquire();
      signal = lease.signal;
      return lease;
    });
    await network.pass(2500);
    expect(signal?.reason).toMatchObject({ why: 'silent' });
    await network.pass(1000);
    await (await family.mutex('a').acquire()).release();
  });

  it.each(['cancel', 'close', 'timeout'] as const)(
    'that was taken and then collected leaves those alone who wait for its lock: %s',
    async (end) => {
      const network = new Network();
      const [one, two] = [network.process(), network.process()];
      const ref: { lease: object | undefined } = { lease: await takenFrom(network, one.family) };
      const held = await two.family.mutex('a').acquire();
      const waiting = reasonOf(one.family.mutex('a').acquire({ timeout: 500 }));
      await network.settle();
      await abandon(async () => {
        const { lease } = ref;
        ref.lease = undefined;
        return lease as object;
      });
      if (end === 'cancel') one.family.mutex('a').cancel();
      if (end === 'close') await one.family.close();
      if (end === 'timeout') await network.pass(600);
      expect(await waiting).toBeInstanceOf(Error);
      await held.release();
      await network.pass(1500);
      expect(await two.family.mutex('a').state()).toEqual({ holders: [], waiting: 0 });
    },
  );

  it('does not hold up close() when it was collected, before or after', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    await abandon(() => one.family.mutex('a').acquire());
    await one.family.close();
    const ref = { lease: (await two.family.mutex('b').acquire()) as object | undefined };
    const closed = two.family.close();
    await abandon(async () => {
      const { lease } = ref;
      ref.lease = undefined;
      return lease as object;
    });
    await closed;
  });
});

/** A lease that the server has forgotten, which its process knows. */
async function takenFrom(network: Network, family: Family): Promise<object> {
  const lease = await family.mutex('a').acquire();
  network.server.lock({ kind: 'mutex', name: 'a' }).forget();
  await network.pass(1100);
  expect(() => lease.check()).toThrow(LeaseLostError);
  return lease;
}

/** Drops what `make` makes, and has it collected. */
async function abandon(make: () => Promise<object>): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const ref = await (async () => new WeakRef(await make()))();
  for (let i = 0; i < 50 && ref.deref() !== undefined; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
  }
  expect(ref.deref()).toBeUndefined();
  // The registry hears of it in a task of its own.
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
}

it('is not granted by a push as long as the clock of its server is unknown', async () => {
  const network = new Network();
  const one = network.process();
  await one.family.mutex('other').sandbox(() => {});
  const holder = network.process();
  const held = await holder.family.mutex('a').acquire();
  // The server of this lock has a clock that is ahead by a minute: its answers say so, and its pushes.
  const { store } = one;
  const skew = 60_000;
  const ask = store.ask.bind(store);
  store.ask = async (lock, request) => {
    const answer = await ask(lock, request);
    return lock.name === 'a' ? await new Promise(() => {}) : answer;
  };
  const waiting = one.family.mutex('a').acquire();
  await network.settle();
  const ids = `${store.client}:2`;
  network.server.push(ids, {
    is: 'granted',
    lock: { kind: 'mutex', name: 'a' },
    id: ids,
    token: 5,
    until: network.server.clock.now + skew,
    length: 3000,
  });
  let isGranted = false;
  void waiting.then(
    () => (isGranted = true),
    () => {},
  );
  await network.settle();
  expect(isGranted).toBe(false);
  await held.release();
});

it('is certain for no longer than it was booked, whatever the clock of the server says', async () => {
  const network = new Network();
  const { family, store } = network.process();
  const holder = await network.process().family.mutex('a').acquire();
  const waiting = family.mutex('a').acquire();
  await network.settle();
  // Since its last answer, the clock of the server has been set forward by a minute.
  const id = `${store.client}:1`;
  const until = network.server.clock.now + 63_000;
  network.server.push(id, { is: 'granted', lock: { kind: 'mutex', name: 'a' }, id, token: 5, until, length: 3000 });
  expect((await waiting).remaining).toBeLessThanOrEqual(3000);
  await holder.release();
});
