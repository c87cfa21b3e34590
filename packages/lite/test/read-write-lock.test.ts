import { AbortError, type Guard, ReadWriteLock, TimeoutError } from '@valvekit/lite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

function state({ readers, isWriteLocked, waiting }: ReadWriteLock): unknown[] {
  return [readers, isWriteLocked, waiting];
}

describe('lite ReadWriteLock', () => {
  it('lets readers in together, and a writer alone', async () => {
    const lock = new ReadWriteLock();
    const readers = [lock.read.tryAcquire(), lock.read.tryAcquire(), await lock.read.acquire()];
    expect(state(lock)).toEqual([3, false, 0]);
    expect(lock.write.tryAcquire()).toBe(undefined);
    const write = lock.write.acquire();
    for (const reader of readers) {
      expect(state(lock)).toEqual([expect.any(Number), false, 1]);
      reader?.release();
    }
    expect(state(lock)).toEqual([0, true, 0]);
    expect([lock.read.tryAcquire(), lock.write.tryAcquire()]).toEqual([undefined, undefined]);
    (await write).release();
    expect(state(lock)).toEqual([0, false, 0]);
  });

  it('is fair: readers queue behind a waiting writer, and enter together after it', async () => {
    const lock = new ReadWriteLock();
    const first = lock.read.tryAcquire() as Guard;
    const write = lock.write.acquire();
    const batch = [lock.read.acquire(), lock.read.acquire()];
    const last = lock.write.acquire();
    expect(lock.read.tryAcquire()).toBe(undefined);
    first.release();
    expect(state(lock)).toEqual([0, true, 3]);
    (await write).release();
    expect(state(lock)).toEqual([2, false, 1]);
    for (const read of batch) (await read).release();
    expect(state(lock)).toEqual([0, true, 0]);
    (await last).release();
    expect(state(lock)).toEqual([0, false, 0]);
  });

  it('has a side for each, the same whenever it is asked for, and not to be replaced', () => {
    const lock = new ReadWriteLock();
    expect([lock.read, lock.write]).toEqual([lock.read, lock.write]);
    expect(lock.read).not.toBe(lock.write);
    for (const side of [{ read: {} }, { write: {} }, { readers: 1 }, { isWriteLocked: true }]) {
      expect(() => Object.assign(lock, side)).toThrow(TypeError);
    }
    const tag = (value: unknown) => Object.prototype.toString.call(value);
    expect([tag(ReadWriteLock.prototype), tag(lock), tag(lock.read), tag(lock.write)]).toEqual([
      '[object Object]',
      '[object ReadWriteLock]',
      '[object ReadWriteLock side]',
      '[object ReadWriteLock side]',
    ]);
  });

  it.each(['read', 'write'] as const)('names itself and the %s side in its errors', async (side) => {
    const lock = new ReadWriteLock();
    lock.write.tryAcquire();
    const late = (verb: string) => new TimeoutError(`ReadWriteLock: ${side}.${verb}() timed out after 0 ms`);
    await expect(lock[side].acquire({ timeout: 0 })).rejects.toThrow(late('acquire'));
    await expect(lock[side].sandbox(() => {}, { timeout: 0 })).rejects.toThrow(late('sandbox'));
    await expect(lock[side].acquire({ priority: 1 })).rejects.toThrow(new TypeError('priority must be 0, but is 1'));
    const wait = lock[side].acquire();
    lock.cancel();
    await expect(wait).rejects.toThrow(new AbortError('ReadWriteLock: cancel() ended the wait'));
  });

  it.each(['read', 'write'] as const)('runs a sandbox of the %s side under its hold', async (side) => {
    const lock = new ReadWriteLock();
    const held = side === 'read' ? [1, false, 0] : [0, true, 0];
    expect(await lock[side].sandbox(() => state(lock))).toEqual(held);
    const guard = lock.write.tryAcquire();
    const queued = lock[side].sandbox(async () => state(lock));
    guard?.release();
    expect(await queued).toEqual(held);
    expect(state(lock)).toEqual([0, false, 0]);
  });

  it('cancels the waits of both sides', async () => {
    const lock = new ReadWriteLock();
    const guard = lock.read.tryAcquire();
    const waits = [lock.write.acquire(), lock.read.acquire(), lock.write.acquire()];
    lock.cancel('closing');
    expect((await Promise.allSettled(waits)).map((result) => (result as PromiseRejectedResult).reason)).toEqual([
      'closing',
      'closing',
      'closing',
    ]);
    expect(state(lock)).toEqual([1, false, 0]);
    guard?.release();
  });

  describe('when a waiting writer gives up', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('lets the readers behind it in at once, beside those who read', async () => {
      const lock = new ReadWriteLock();
      lock.read.tryAcquire();
      const write = lock.write.acquire({ timeout: 10 }).catch((error: Error) => error.name);
      const reads = [lock.read.acquire(), lock.read.acquire()];
      vi.advanceTimersByTime(10);
      expect(state(lock)).toEqual([3, false, 0]);
      expect(await write).toBe('TimeoutError');
      await Promise.all(reads);
    });

    it('keeps them out while another writer is inside', async () => {
      const lock = new ReadWriteLock();
      lock.write.tryAcquire();
      const controller = new AbortController();
      const write = lock.write.acquire({ signal: controller.signal }).catch(() => {});
      const read = lock.read.acquire();
      controller.abort();
      await write;
      expect(state(lock)).toEqual([0, true, 1]);
      read.catch(() => {});
      lock.cancel();
    });
  });
});
