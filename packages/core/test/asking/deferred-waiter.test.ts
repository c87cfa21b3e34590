import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DeferredWaiter } from '../src/deferred-waiter.ts';
import { deliver } from '../src/delivery.ts';

class Listener extends DeferredWaiter<void> {
  readonly #fn: () => void;

  constructor(fn: () => void) {
    super(undefined);
    this.#fn = fn;
  }

  protected override onGrant(): void {
    this.post();
  }

  protected override onGiveUp(): void {
    this.post();
  }

  protected override tell(): void {
    this.#fn();
  }
}

const tellLater = (fn: () => void): void => new Listener(fn).grant();

const reported = vi.fn<(error: unknown) => void>();
beforeEach(() => void vi.stubGlobal('reportError', reported));
afterEach(() => {
  vi.unstubAllGlobals();
  reported.mockReset();
});

it('nobody is told before deliver(), and then all are, in order', () => {
  const log: number[] = [];
  for (const i of [1, 2, 3]) tellLater(() => log.push(i));
  expect(log).toEqual([]);
  deliver();
  expect(log).toEqual([1, 2, 3]);
  deliver();
  expect(log).toEqual([1, 2, 3]);
});

it('what one throws is reported, and the rest are told', () => {
  const log: unknown[] = [];
  const error = new Error('mine');
  tellLater(() => {
    throw error;
  });
  tellLater(() => log.push('next'));
  expect(deliver).not.toThrow();
  expect([reported.mock.calls, log]).toEqual([[[error]], ['next']]);
});

it('who is posted meanwhile is told by the same deliver()', () => {
  const log: string[] = [];
  tellLater(() => {
    log.push('a');
    tellLater(() => log.push('c'));
  });
  tellLater(() => log.push('b'));
  deliver();
  expect(log).toEqual(['a', 'b', 'c']);
});

it('a deliver() inside one is complete when it returns, up to a depth', () => {
  const log: string[] = [];
  const nest = (level: number): void =>
    tellLater(() => {
      log.push(`in ${level}`);
      if (level < 20) nest(level + 1);
      deliver();
      log.push(`out ${level}`);
    });
  nest(1);
  deliver();
  const ins = log.filter((entry) => entry.startsWith('in')).map((entry) => Number(entry.slice(3)));
  expect(ins).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(log.slice(0, 3)).toEqual(['in 1', 'in 2', 'in 3']);
  // Beyond the depth, one returns before the next begins.
  expect(log.indexOf('out 8')).toBeLessThan(log.indexOf('in 9'));
  expect(log.indexOf('out 7')).toBeGreaterThan(log.indexOf('in 20'));
});

it('a long chain needs a flat stack', () => {
  let count = 0;
  const chain = (): void => {
    if (++count < 100_000) tellLater(chain);
    deliver();
  };
  tellLater(chain);
  deliver();
  expect(count).toBe(100_000);
});

it('a throw at any depth leaves the next deliver() whole', () => {
  for (let round = 0; round < 20; round++) {
    tellLater(() => {
      tellLater(() => {
        throw new Error('inner');
      });
      deliver();
      throw new Error('outer');
    });
    deliver();
  }
  expect(reported).toHaveBeenCalledTimes(40);
  const last = vi.fn();
  tellLater(last);
  deliver();
  expect(last).toHaveBeenCalledOnce();
});
