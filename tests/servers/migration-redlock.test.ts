// Checks the differences listed in docs/migration/redlock.md, on both libraries.

import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { Redlock as Sesamecare } from '@sesamecare-oss/redlock';
import { type FencedLease, LeaseLostError, type Locks, RedisLocks, TimeoutError } from '@valvekit/redis';
import type { Redis } from 'ioredis5';
import Redlock from 'redlock';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lossOf, sleep, until } from './environment.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { commands, connect, expectSilentWait, locksOf, operator, server } from './migrating.ts';

const SENT = 'eval|evalsha';

const peers = [
  ['redlock', (client: Redis, settings: object) => new Redlock([client], settings)],
  ['@sesamecare-oss/redlock', (client: Redis, settings: object) => new Sesamecare([client as never], settings)],
] as const;

describe.each(peers)('compared with %s', (_, make) => {
  it('does not poll', async () => {
    const polling = make(connect(), { retryCount: -1 });
    const held = await polling.acquire(['polled'], 60_000);
    const before = polling.acquire(['polled'], 60_000);
    const [sent, start] = [await commands(SENT), performance.now()];
    await until(async () => (await commands(SENT)) >= sent + 4);
    const time = performance.now() - start;
    await held.release();
    await (await before).release();

    await expectSilentWait(SENT, time);
  });

  it('serves first come, first served', async () => {
    const [mutex, order] = [locksOf(connect()).mutex('in order'), [] as number[]];
    const lease = await mutex.acquire();
    const waits = [1, 2, 3, 4, 5].map((n) => mutex.sandbox(() => order.push(n)));
    await lease.release();
    await Promise.all(waits);
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });

  it('gives up after a time, and not after a number of tries', async () => {
    const before = make(connect(), { retryCount: 1, retryDelay: 10 });
    const held = await before.acquire(['given up'], 60_000);
    await expect(before.acquire(['given up'], 60_000)).rejects.toThrow();
    await held.release();

    const mutex = locksOf(connect()).mutex('given up');
    const lease = await mutex.acquire();
    await expect(mutex.acquire({ timeout: 20 })).rejects.toBeInstanceOf(TimeoutError);
    await expect(mutex.acquire({ signal: AbortSignal.abort('no more') })).rejects.toBe('no more');
    await lease.release();
  });

  it('hears of a silent connection before anybody else enters', async () => {
    const proxy = await FaultyProxy.start(server.port);
    onTestFinished(() => proxy.stop());
    const before = make(connect(proxy.port), { retryCount: -1, automaticExtensionThreshold: 500 });
    let signal: AbortSignal | undefined;
    void before
      .using(['silent'], 1000, async (its: AbortSignal) => {
        signal = its;
        await sleep(60_000);
      })
      .catch(() => {});
    await until(() => signal !== undefined);
    const lease = await locksOf(connect(proxy.port), 1000).mutex('silent').acquire();
    proxy.silence();
    // Others enter as soon as the server lets them.
    const [peer, ours] = [make(connect(), { retryCount: -1 }), locksOf(connect(), 1000).mutex('silent')];
    const [entered, next] = await Promise.all([peer.acquire(['silent'], 60_000), ours.acquire()]);
    expect(signal?.aborted).toBe(false);
    expect((await lossOf(lease.signal)).why).toMatch(/silent|late/);
    expect(() => lease.check()).toThrow(LeaseLostError);
    await entered.release();
    await next.release();
  });

  it('says that a lock is over, also to a release', async () => {
    const before = make(connect(), { retryCount: 1, retryDelay: 10 });
    const held = await before.acquire(['over'], 60_000);
    await operator.del('over', '{redlock}over');
    await expect(held.release()).rejects.toThrow();

    const locks = new RedisLocks(connect(), { lease: 1000, maxHold: 1 });
    const lease = await locks.mutex('over').acquire();
    await lossOf(lease.signal);
    await expect(lease.release()).rejects.toBeInstanceOf(LeaseLostError);
    await locks.close();
  });
});

it('tells that any of two locks is lost, with the function of the guide', async () => {
  type InOrder = (
    locks: Locks,
    names: string[],
    fn: (signal: AbortSignal, leases: FencedLease[]) => unknown,
  ) => unknown;
  const guide = readFileSync(new URL('../../docs/guide/several-locks.md', import.meta.url), 'utf8');
  const [source = ''] = /^function sandboxInOrder.*?^}$/ms.exec(guide) ?? [];
  const sandboxInOrder = runInThisContext(`(${source})`) as InOrder;

  for (const lost of ['a', 'b']) {
    const entered = sandboxInOrder(locksOf(connect(), 1000), ['b', 'a'], async (signal, leases) => {
      await operator.del(...(await operator.keys(`*:{m:${lost}}:*`)));
      expect((await lossOf(signal)).lock).toBe(lost);
      expect(leases.map((lease) => lease.signal.aborted)).toEqual([lost === 'a', lost === 'b']);
    });
    await expect(entered).rejects.toBeInstanceOf(LeaseLostError);
  }
});

it('never settles the release of a lock that is over, with retryCount: -1', async () => {
  const before = new Redlock([connect()], { retryCount: -1, retryDelay: 1, retryJitter: 0 });
  const held = await before.acquire(['endless'], 60_000);
  await operator.del('endless');
  let isSettled = false;
  const release = held.release().then(
    () => (isSettled = true),
    () => (isSettled = true),
  );
  const sent = await commands(SENT);
  await until(async () => (await commands(SENT)) > sent + 20);
  expect(isSettled).toBe(false);
  void release;
});

it('gives a whole lease after a wait; redlock 5 gives what the wait has left', async () => {
  const before = new Redlock([connect()], { retryCount: -1, retryDelay: 10, retryJitter: 0 });
  const held = await before.acquire(['waited'], 1500);
  const late = await before.acquire(['waited'], 1000);
  // It waited for longer than it asked for.
  expect(late.expiration).toBeLessThan(Date.now());
  void held;

  const [mutex, other] = [locksOf(connect()).mutex('whole'), locksOf(connect()).mutex('whole')];
  const lease = await mutex.acquire();
  const waiting = other.acquire();
  await until(async () => (await mutex.state()).waiting === 1);
  await lease.release();
  expect((await waiting).remaining).toBeGreaterThan(0);
  await (await waiting).release();
});
