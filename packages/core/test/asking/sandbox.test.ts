import { describe, expect, it } from 'vitest';
import { deliver } from '../src/delivery.ts';
import { type Guard, Hold } from '../src/guard.ts';
import { acquire, sandbox } from '../src/lockable.ts';
import type { WaitOptions } from '../src/options.ts';
import { WaiterQueue } from '../src/waiter-queue.ts';

/** The smallest lock that has a scoped layer. */
class Door {
  isShut = false;
  readonly queue: WaiterQueue<Door> = new WaiterQueue<Door>(this, this.shut, this.open);

  shut(): boolean {
    if (this.isShut) return false;
    this.isShut = true;
    return true;
  }

  open(): void {
    this.isShut = false;
    this.queue.drain();
    deliver();
  }

  get waiting(): number {
    return this.queue.size;
  }

  acquire(options?: WaitOptions): Promise<Guard> {
    return acquire(this.queue, Hold, () => {}, 'Door.acquire', options);
  }

  sandbox<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<Awaited<R>> {
    return sandbox(this.queue, () => {}, 'Door.sandbox', fn, options);
  }
}

describe('a lock of one’s own', () => {
  it('has acquire() and sandbox() from its queue', async () => {
    const door = new Door();
    const guard = await door.acquire();
    const order: string[] = [];
    const all = [
      door.sandbox(() => order.push('sandbox')),
      door.acquire().then((held) => {
        order.push('acquire');
        held.release();
      }),
      door.sandbox(async () => order.push('async sandbox')),
    ];
    guard.release();
    await Promise.all(all);
    expect(order).toEqual(['sandbox', 'acquire', 'async sandbox']);
    expect(door.isShut).toBe(false);
  });

  it('rejects what is refused, and what is given up', async () => {
    const door = new Door();
    door.shut();
    await expect(door.acquire({ timeout: 0 })).rejects.toThrow('Door.acquire timed out after 0 ms');
    await expect(door.sandbox(() => 1, { timeout: 0 })).rejects.toThrow('Door.sandbox timed out after 0 ms');
    await expect(door.acquire(null as never)).rejects.toThrow(TypeError);
    const waiting = [door.acquire(), door.sandbox(() => 1)];
    door.queue.cancelAll('over');
    expect(await Promise.allSettled(waiting)).toEqual([
      { status: 'rejected', reason: 'over' },
      { status: 'rejected', reason: 'over' },
    ]);
  });
});

describe('sandbox() on a free lock', () => {
  it('gives back before it returns if the function gives no promise, and once its promise settles otherwise', async () => {
    const door = new Door();
    const value = door.sandbox(() => 1);
    expect(door.isShut).toBe(false);
    expect(await value).toBe(1);

    const later = door.sandbox(async () => 2);
    expect(door.isShut).toBe(true);
    expect(await later).toBe(2);
    expect(door.isShut).toBe(false);
  });

  it('gives back when the function throws, or its promise rejects', async () => {
    const door = new Door();
    const thrown = door.sandbox(() => {
      throw new Error('thrown');
    });
    expect(door.isShut).toBe(false);
    await expect(thrown).rejects.toThrow('thrown');
    await expect(door.sandbox(async () => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
    expect(door.isShut).toBe(false);
  });

  it('refuses what is no function, by name, and takes nothing', async () => {
    const door = new Door();
    await expect(door.sandbox(5 as never)).rejects.toThrow(new TypeError('fn must be a function, but is 5'));
    expect(door.isShut).toBe(false);
  });
});
