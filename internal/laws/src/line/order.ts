import { describe, expect, it } from 'vitest';
import { Outcomes } from '../outcomes.ts';
import { rest } from '../rest.ts';
import type { LockUnderTest, ScopedLockUnderTest } from './lock-under-test.ts';
import { ask, type Form, formsOf, type Request, serveAll } from './request.ts';

/** First come, first served. For locks that have room for one holder. */
export function orderLaws(name: string, make: () => ScopedLockUnderTest): void {
  const forms = formsOf(make());
  const formOf = (index: number): Form => forms[index % forms.length] as Form;

  describe(`${name}: order`, () => {
    it('serves all forms in one line, in the order of their calls', async () => {
      const lock = make();
      const free = lock.block();
      const requests = Array.from({ length: 25 }, (_, i) => ask(lock, formOf(i)));
      free();
      expect(await serveAll(requests)).toEqual(requests);
      expect(lock.isHeld).toBe(false);
    });

    it.each(forms)('puts a holder that releases and asks again by %s behind the waiters', async (form) => {
      const lock = make();
      const order: string[] = [];
      const holder = lock.block();
      const waiter = ask(lock, form, {}, () => order.push('waiter'));
      holder();
      const again = ask(lock, form, {}, () => order.push('holder again'));
      await serveAll([waiter, again]);
      expect(order).toEqual(['waiter', 'holder again']);
    });

    it('admits a waiter within one hold of a loop that releases and asks again', async () => {
      const lock = make();
      let rounds = 0;
      let entered = 0;
      const greedy = (async () => {
        for (; rounds < 30; rounds++) {
          const guard = await lock.acquire();
          await Promise.resolve();
          guard.release();
        }
      })();
      const modest = (async () => {
        for (; entered < 5; entered++) {
          const asked = rounds;
          const guard = await lock.acquire();
          expect(rounds - asked).toBeLessThanOrEqual(1);
          guard.release();
        }
      })();
      await Promise.all([greedy, modest]);
      expect([rounds, entered]).toEqual([30, 5]);
    });

    it('admits one waiter for each hold released', async () => {
      const lock = make();
      const free = lock.block();
      const requests = [0, 1, 2].map((i) => ask(lock, formOf(i)));
      free();
      await rest();
      expect(requests.map((request) => request.outcome)).toEqual(['granted', 'waiting', 'waiting']);
      (requests[0] as Request).release();
      await rest();
      expect(requests.map((request) => request.outcome)).toEqual(['granted', 'granted', 'waiting']);
    });
  });
}

/** First come, first served, also for calls inside a callback. */
export function callbackOrderLaws(name: string, make: () => LockUnderTest): void {
  describe(`${name}: order inside callbacks`, () => {
    it('puts a caller that asks in a callback behind the waiters', () => {
      const lock = make();
      const outcomes = new Outcomes();
      const enter = (who: string, more = () => {}): void => {
        const callback = outcomes.note(who, () => {
          more();
          lock.unlock();
        });
        lock.waitWithCallback(callback);
      };
      const free = lock.block();
      enter('a', () => enter('a again'));
      enter('b', () => enter('b again'));
      enter('c');
      free();
      expect(outcomes.log).toEqual(['a', 'b', 'c', 'a again', 'b again']);
      expect(lock.isHeld).toBe(false);
    });

    it('keeps the order when callbacks release before they go on', () => {
      const lock = make();
      const order: string[] = [];
      const free = lock.block();
      for (let i = 0; i < 30; i++) {
        lock.waitWithCallback(() => {
          order.push(`${i} in`);
          lock.unlock();
        });
      }
      free();
      expect(order).toEqual(Array.from({ length: 30 }, (_, i) => `${i} in`));
    });
  });
}
