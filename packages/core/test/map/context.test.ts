import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { map, Semaphore, stream } from 'valvekit';
import { describe, expect, it } from 'vitest';
import { FakeLock } from './fake-lock.ts';
import { counting, jobs, kinds, rest, Silent } from './scene.ts';

const storage = new AsyncLocalStorage<string>();

/** The async ids of our contexts that nobody has closed while `fn` ran. */
async function contextsLeftBy(fn: () => Promise<unknown>): Promise<{ opened: number; left: number }> {
  const open = new Set<number>();
  let opened = 0;
  const hook = createHook({
    init(id, type) {
      if (type !== 'valvekit') return;
      opened++;
      open.add(id);
    },
    destroy: (id) => void open.delete(id),
  });
  hook.enable();
  try {
    await fn();
    await rest();
  } finally {
    hook.disable();
  }
  return { opened, left: open.size };
}

describe.each(kinds)('the async context of fn, over %s', (_, isAsync) => {
  it('is that of the caller of map(), whoever releases the lock', async () => {
    const semaphore = new Semaphore(1);
    semaphore.take(() => {});
    const result = storage.run('mapper', () =>
      map(semaphore, counting(3, isAsync), async () => {
        await rest();
        return storage.getStore();
      }),
    );
    await rest();
    storage.run('holder', () => semaphore.release());
    expect(await result).toEqual(['mapper', 'mapper', 'mapper']);
  });

  it('is that of the call of stream(), whoever calls next()', async () => {
    const semaphore = new Semaphore(1);
    const results = storage.run('streamer', () =>
      stream(semaphore, counting(3, isAsync), () => storage.getStore(), { buffer: 1 }),
    );
    const seen: unknown[] = [];
    for (let i = 0; i < 3; i++) seen.push(await storage.run(`consumer ${i}`, () => results.next()));
    expect(seen).toEqual(Array(3).fill({ done: false, value: 'streamer' }));
  });

  it('is that of the caller under a lock of a wider scope', async () => {
    const lock = new FakeLock(1);
    const result = storage.run('mapper', () => map(lock, counting(3, isAsync), () => storage.getStore()));
    expect(await result).toEqual(['mapper', 'mapper', 'mapper']);
  });
});

describe('the async context of a run', () => {
  const endings: [string, () => Promise<unknown>][] = [
    ['the end of the source', () => map(new Semaphore(1), counting(5, false), () => rest())],
    ['a failure of fn', () => map(new Semaphore(1), counting(5, false), () => Promise.reject('mine')).catch(() => {})],
    ['a timeout', () => map(new Semaphore(1), counting(5, false), () => rest(), { timeout: 0 }).catch(() => {})],
    [
      'a failure of the source',
      async () => {
        const source = new Silent();
        const result = map(new Semaphore(1), source, () => {});
        source.fail('mine');
        await result.catch(() => {});
      },
    ],
    [
      'an abort',
      async () => {
        const controller = new AbortController();
        const result = map(new Semaphore(1), new Silent(), () => {}, { signal: controller.signal });
        controller.abort();
        await result.catch(() => {});
      },
    ],
    ['return() before the first next()', async () => stream(new Semaphore(1), counting(5, false), () => {}).return?.()],
    [
      'break',
      async () => {
        for await (const _ of stream(new Semaphore(1), counting(5, false), () => rest())) break;
      },
    ],
  ];

  it.each(endings)('is captured once, and closed by %s', async (_, run) => {
    expect(await contextsLeftBy(run)).toEqual({ opened: 1, left: 0 });
  });

  it('is closed although calls are still running', async () => {
    const running = jobs();
    const semaphore = new Semaphore(2);
    const counts = await contextsLeftBy(async () => {
      const result = map(semaphore, counting(5, false), running.fn);
      running[0]?.reject('mine');
      await result.catch(() => {});
    });
    expect([counts, semaphore.available]).toEqual([{ opened: 1, left: 0 }, 1]);
    running[1]?.resolve(undefined);
  });
});
