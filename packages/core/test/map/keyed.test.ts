import { KeyedLocks, map, stream } from 'valvekit';
import { describe, expect, it } from 'vitest';
import { counting, jobs, rest, Silent } from './scene.ts';

describe('map() under the lock of a key', () => {
  it('holds it as the plain lock', async () => {
    const locks = new KeyedLocks();
    const running = jobs();
    const result = map(locks.semaphore('a', 2), counting(3, false), running.fn);
    expect([running.started, locks.size, locks.waiting]).toEqual([[0, 1], 1, 1]);
    for (const item of [0, 1]) running[item]?.resolve(item);
    await rest();
    running[2]?.resolve(2);
    expect([await result, locks.size]).toEqual([[0, 1, 2], 0]);
  });

  it('keeps no key while its source is silent', async () => {
    const locks = new KeyedLocks();
    const source = new Silent();
    const running = jobs();
    const result = map(locks.mutex('a'), source, running.fn);
    await rest();
    expect(locks.size).toBe(0);
    source.give(0);
    await rest();
    expect([locks.size, locks.mutex('a').isLocked]).toEqual([1, true]);
    running[0]?.resolve('done');
    await rest();
    expect(locks.size).toBe(0);
    source.end();
    expect(await result).toEqual(['done']);
  });

  it('meets others on the same key, however often the key has come and gone', async () => {
    const locks = new KeyedLocks();
    const source = new Silent();
    const order: string[] = [];
    const result = map(locks.mutex('a'), source, (item) => order.push(`item ${item}`));
    source.give(0);
    await rest();
    const guard = await locks.mutex('a').acquire();
    source.give(1);
    await rest();
    expect([order, locks.waiting]).toEqual([['item 0'], 1]);
    guard.release();
    expect(order).toEqual(['item 0', 'item 1']);
    source.end();
    expect([await result, locks.size]).toEqual([[1, 2], 0]);
  });

  it.each([
    ['cancel()', (locks: KeyedLocks) => locks.cancel('mine'), 'mine'],
    ['an abort', (_: KeyedLocks, controller: AbortController) => controller.abort('mine'), 'mine'],
  ])('keeps no key after %s', async (__, end, reason) => {
    const locks = new KeyedLocks();
    const controller = new AbortController();
    const guard = await locks.mutex('a').acquire();
    const result = map(locks.mutex('a'), [1], () => {}, { signal: controller.signal });
    guard.release();
    await result;
    const holder = await locks.mutex('a').acquire();
    const failed = map(locks.mutex('a'), [1], () => {}, { signal: controller.signal });
    end(locks, controller);
    await expect(failed).rejects.toBe(reason);
    holder.release();
    expect(locks.size).toBe(0);
  });

  it('keeps no key after a timeout, a refusal, or a consumer that leaves', async () => {
    const locks = new KeyedLocks();
    const holder = await locks.mutex('a').acquire();
    await expect(map(locks.mutex('a'), [1], () => {}, { timeout: 0 })).rejects.toThrow('map() timed out after 0 ms');
    await expect(map(locks.mutex('a'), [1], () => {}, { timeout: 1 })).rejects.toThrow('map() timed out after 1 ms');
    const results = stream(locks.mutex('a'), [1], () => {});
    void results.next();
    expect(locks.waiting).toBe(1);
    await results.return?.();
    expect([locks.waiting, locks.size]).toEqual([0, 1]);
    holder.release();
    expect(locks.size).toBe(0);
  });

  it('starts as soon as another request raises the capacity, even one that is refused', async () => {
    const locks = new KeyedLocks();
    const guard = locks.semaphore('a', 1).tryAcquire();
    const running = jobs();
    const result = map(locks.semaphore('a', 1), [0], running.fn);
    expect(locks.semaphore('a', 2).tryAcquire()).toBeUndefined();
    expect([running.started, locks.waiting]).toEqual([[0], 0]);
    running[0]?.resolve('done');
    expect(await result).toEqual(['done']);
    guard?.release();
    expect(locks.size).toBe(0);
  });

  it('tells those whom its capacity lets in, while it waits itself', async () => {
    const locks = new KeyedLocks();
    const at = (capacity: number) => locks.semaphore('a', capacity);
    const guard = at(1).tryAcquire();
    const waits = [at(1).acquire(), at(1).acquire()];
    const result = map(at(2), [0], () => 'done');
    (await waits[0])?.release();
    (await waits[1])?.release();
    expect(await result).toEqual(['done']);
    guard?.release();
    expect(locks.size).toBe(0);
  });
});
