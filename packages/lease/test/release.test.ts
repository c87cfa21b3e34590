import { describe, expect, it, vi } from 'vitest';
import { StoreError } from '../src/index.ts';
import { Network, reasonOf } from './family-under-test.ts';

describe('a release', () => {
  it('that the network fails is repeated in the background, and is no error', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const lease = await one.family.mutex('a').acquire();
    one.store.onCommand = () => {
      throw new Error('network');
    };
    await lease.release();
    expect(await two.family.mutex('a').tryAcquire()).toBeUndefined();
    one.store.onCommand = () => {};
    await network.pass(300);
    const next = await two.family.mutex('a').tryAcquire();
    await next?.release();
    expect(next).toBeDefined();
  });

  it('is given up when the lease is over', async () => {
    const network = new Network();
    const { family, store } = network.process();
    const lease = await family.mutex('a').acquire();
    let tries = 0;
    store.onCommand = () => {
      tries++;
      throw new Error('network');
    };
    await lease.release();
    await network.pass(3500);
    const before = tries;
    await network.pass(3500);
    expect([before > 5, tries]).toEqual([true, before]);
  });

  it('that comes too late is a loss if the network fails, because nobody can tell', async () => {
    const network = new Network();
    const { family, store } = network.process();
    const outcome = family.mutex('a').sandbox(() => {
      store.onCommand = () => {
        throw new Error('network');
      };
      vi.setSystemTime(Date.now() + 3500);
    });
    expect(await reasonOf(outcome)).toMatchObject({ why: 'late' });
  });

  it('that comes in time is no loss, even if the network fails only when the lease is over', async () => {
    const network = new Network();
    const { family, store } = network.process();
    const lease = await family.mutex('a').acquire();
    store.onCommand = () => {
      vi.setSystemTime(Date.now() + 3500);
      throw new Error('network');
    };
    await expect(lease.release()).resolves.toBeUndefined();
  });

  it('that comes too late is no loss if the server still knows the hold', async () => {
    const network = new Network();
    const { family } = network.process();
    await family.mutex('a').sandbox(() => void vi.setSystemTime(Date.now() + 3500));
  });

  it('that arrives twice is no loss', async () => {
    const network = new Network();
    const { family, store } = network.process();
    const lease = await family.mutex('a').acquire();
    store.onAnswer = () => {
      throw new Error('the answer is lost');
    };
    await lease.release();
    store.onAnswer = () => {};
    await network.pass(500);
    await (await family.mutex('a').acquire()).release();
  });

  it('is sent once, also if the message of its grant arrives meanwhile', async () => {
    const network = new Network();
    const { family, store } = network.process();
    await family.listen();
    const lease = await family.mutex('a').acquire();
    const lock = { kind: 'mutex', name: 'a' } as const;
    const id = `${store.client}:1`;
    let arrive = (): void => {};
    const gate = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    let releases = 0;
    store.onCommand = (operation) => {
      if (operation !== 'release') return;
      releases++;
      return gate;
    };
    const released = lease.release();
    await network.settle();
    const { now } = network.server.clock;
    network.server.pushNow(id, { is: 'granted', lock, id, token: lease.token, until: now + 3000, length: 3000 });
    await network.settle();
    // A second one could arrive first, where a store has several connections.
    expect(releases).toBe(1);
    arrive();
    await released;
  });

  it('that the server refuses rejects, and is repeated', async () => {
    const network = new Network();
    const { family, store } = network.process();
    const lease = await family.mutex('a').acquire();
    store.onCommand = () => {
      throw new StoreError('no rights');
    };
    expect(await reasonOf(lease.release())).toBeInstanceOf(StoreError);
    store.onCommand = () => {};
    await network.pass(300);
    await (await family.mutex('a').acquire({ timeout: 0 })).release();
  });
});

it('does not go on as a reader without end when nobody renews any more', async () => {
  const network = new Network();
  const { family, store } = network.process();
  const writing = await family.readWriteLock('a').write.acquire();
  store.onCommand = () => {
    throw new Error('no network');
  };
  const reading = reasonOf(writing.downgrade());
  await family.close({ timeout: 0 });
  await network.pass(3300);
  expect(await reading).toMatchObject({ why: 'late' });
});
