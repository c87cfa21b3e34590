import { Mutex } from 'valvekit';
import { describe, expect, it } from 'vitest';
import { Clock } from '../../playground/engine/clock.ts';

describe('Clock', () => {
  it('fires timers in order of time, then in the order in which they were set', async () => {
    const clock = new Clock();
    const seen: string[] = [];
    const see = (text: string) => () => seen.push(`${text} at ${clock.now}`);
    clock.set(20, see('b'));
    clock.set(10, see('a'));
    clock.set(20, see('c'));
    await clock.passTo(15);
    expect(seen).toEqual(['a at 10']);
    expect([clock.now, clock.next]).toEqual([15, 20]);
    await clock.passTo(30);
    expect(seen).toEqual(['a at 10', 'b at 20', 'c at 20']);
    expect(clock.next).toBeUndefined();
  });

  it('takes steps after everything else at the same time', async () => {
    const clock = new Clock();
    const seen: string[] = [];
    clock.setStep(10, () => seen.push('step'));
    clock.set(10, () => {
      seen.push('timer');
      clock.set(0, () => seen.push('what follows from it'));
    });
    await clock.passTo(10);
    expect(seen).toEqual(['timer', 'what follows from it', 'step']);
  });

  it('runs all reactions to one timer before the next one', async () => {
    const clock = new Clock();
    const seen: string[] = [];
    clock.set(10, () => {
      let reactions = Promise.resolve();
      for (let count = 0; count < 20; count++) reactions = reactions.then(() => {});
      void reactions.then(() => seen.push('first'));
    });
    clock.set(10, () => seen.push('second'));
    await clock.passTo(10);
    expect(seen).toEqual(['first', 'second']);
  });

  it('turns the timeout of a lock into a timer of its own, which the lock can clear', async () => {
    const clock = new Clock();
    const mutex = new Mutex();
    await mutex.lock();
    const ends: unknown[] = [];
    const ask = (timeout: number) =>
      clock.run(() => {
        mutex.lock({ timeout }).then(
          () => ends.push('locked'),
          (error) => ends.push(`${error.message} at ${clock.now}`),
        );
      });
    await ask(3_000);
    await ask(5_000);
    await clock.passTo(3_000);
    expect(ends).toEqual(['Mutex: lock() timed out after 3000 ms at 3000']);
    mutex.unlock();
    expect(clock.next).toBeUndefined();
  });

  it('does not change the timers of the page', async () => {
    const clock = new Clock();
    const { setTimeout } = globalThis;
    await clock.run(() => {});
    expect(globalThis.setTimeout).toBe(setTimeout);
    const cleared = setTimeout(() => expect.fail('it was cleared'), 0);
    clearTimeout(cleared);
    await new Promise((resolve) => setTimeout(resolve));
    expect(clock.next).toBeUndefined();
  });
});
