import { describe, expect, it } from 'vitest';
import type { ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, type Form, formsOf, type Request, serveAll } from './request.ts';

/** Higher priorities first, equals in the order of their calls. For locks that have room for one holder. */
export function priorityLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());
  const line = (lock: ScopedLockUnderTest, form: Form, priorities: readonly (number | undefined)[]): Request[] =>
    priorities.map((priority) => ask(lock, form, priority === undefined ? {} : { priority }));
  const places = async (requests: readonly Request[]): Promise<number[]> =>
    (await serveAll(requests)).map((request) => requests.indexOf(request));

  describe(`${name}: priority`, () => {
    it.each(forms)('serves %s calls of higher priority first, equals in the order of their calls', async (form) => {
      const lock = make();
      const free = lock.block();
      const requests = line(lock, form, [0, 5, -1, 5, undefined, 0.5, -1, 1e9, 0]);
      free();
      expect(await places(requests)).toEqual([7, 1, 3, 5, 0, 4, 8, 2, 6]);
    });

    it('takes no hold away for a higher priority', async () => {
      const lock = make();
      const free = lock.block();
      const [urgent] = line(lock, 'acquire', [100]);
      await serveAll([]);
      expect((urgent as Request).outcome).toBe('waiting');
      free();
      expect(await places([urgent as Request])).toEqual([0]);
    });

    it('keeps the order of the rest when one waiter of each priority gives up', async () => {
      const lock = make();
      const free = lock.block();
      const high = line(lock, 'acquire', [5, 5, 5]);
      const none = line(lock, 'acquire', [0]);
      const controller = new AbortController();
      const low = line(lock, 'acquire', [-5, -5]);
      const quitters = [5, 3, 0, -5, -9].map((priority) =>
        ask(lock, 'acquire', { priority, signal: controller.signal }),
      );
      const late = line(lock, 'acquire', [3, -9, 5]);
      expect(lock.waiting).toBe(14);
      controller.abort();
      expect(lock.waiting).toBe(9);
      free();
      const all = [...high, ...none, ...low, ...late];
      expect(await places(all)).toEqual([0, 1, 2, 8, 6, 3, 4, 5, 7]);
      expect(quitters.map((request) => request.outcomes)).toEqual(quitters.map(() => ['refused']));
    });

    it('agrees with a stable sort, whatever the mix of priorities and whichever waiters give up', async () => {
      let seed = 42;
      const random = (below: number): number => {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        return seed % below;
      };
      for (let round = 0; round < 10; round++) {
        const lock = make();
        const free = lock.block();
        const waiters = Array.from({ length: 60 }, () => {
          const controller = new AbortController();
          const priority = random(7) - 3;
          return { priority, controller, request: ask(lock, 'acquire', { priority, signal: controller.signal }) };
        });
        const staying = waiters.filter(() => random(3) > 0);
        for (const waiter of waiters) if (!staying.includes(waiter)) waiter.controller.abort();
        expect(lock.waiting).toBe(staying.length);
        free();
        const expected = [...staying].sort((a, b) => b.priority - a.priority).map(({ request }) => request);
        const requests = waiters.map(({ request }) => request);
        expect(await places(requests)).toEqual(expected.map((request) => requests.indexOf(request)));
      }
    });

    it('serves a new priority after the line was empty', async () => {
      const lock = make();
      for (const priority of [3, 0, -3, 7]) {
        const free = lock.block();
        const requests = line(lock, 'acquire', [priority, priority]);
        free();
        expect(await places(requests)).toEqual([0, 1]);
      }
      expect([lock.isHeld, lock.waiting]).toEqual([false, 0]);
    });
  });
}
