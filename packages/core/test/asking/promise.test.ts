import {
  granted,
  type Line,
  type Named,
  PromiseWaiter,
  promiseForm,
  type Terms,
  type Waiter,
} from '@valvekit/core/line';
import { describe, expect, it, vi } from 'vitest';
import { ENTER, Permits } from '../permits.ts';

const owner: Named = { name: undefined, [Symbol.toStringTag]: 'Thing' };

/** A line whose waiters get values. */
function lineOf(ask: () => { value: unknown } | undefined) {
  const waiters: Waiter<number, unknown>[] = [];
  const joined = vi.fn((waiter: Waiter<number, unknown>, _terms: Terms) => void waiters.push(waiter));
  const line: Line<number, unknown> = { owner, ask: vi.fn(ask), join: joined, giveUp() {}, drain() {} };
  return { line, waiters };
}

describe('promiseForm()', () => {
  it('resolves to what is granted without waiting', async () => {
    const { line } = lineOf(() => ({ value: 7 }));
    expect(await promiseForm(line, ENTER, undefined, { permits: 2, timeout: 5 })).toBe(7);
    expect(line.ask).toHaveBeenCalledExactlyOnceWith(2, { timeout: 5, signal: undefined, priority: 0 }, ENTER);
    expect(line.join).not.toHaveBeenCalled();
  });

  it('joins the line with the same terms, and resolves to what is granted later', async () => {
    const { line, waiters } = lineOf(() => undefined);
    const promise = promiseForm(line, ENTER, undefined, { priority: 3 });
    expect(line.join).toHaveBeenCalledExactlyOnceWith(waiters[0], {
      timeout: Number.POSITIVE_INFINITY,
      signal: undefined,
      priority: 3,
    });
    waiters[0]?.grant('late');
    expect(await promise).toBe('late');
  });

  it('rejects with the reason when the wait is given up', async () => {
    const { line, waiters } = lineOf(() => undefined);
    const promise = promiseForm(line, ENTER, undefined, undefined);
    waiters[0]?.giveUp('out');
    await expect(promise).rejects.toBe('out');
  });

  it('rejects with what asking, joining or reading the arguments throws', async () => {
    const refusing = lineOf(() => {
      throw 'refused';
    });
    await expect(promiseForm(refusing.line, ENTER, undefined, {})).rejects.toBe('refused');
    const closed = { ...lineOf(() => undefined).line, join: vi.fn().mockThrow('closed') };
    await expect(promiseForm(closed, ENTER, undefined, {})).rejects.toBe('closed');
    await expect(promiseForm(refusing.line, ENTER, undefined, { timeout: '5' } as never)).rejects.toThrow(TypeError);
    const bad = vi.fn().mockThrow(new RangeError('request'));
    await expect(promiseForm(refusing.line, { ...ENTER, request: bad }, undefined, {})).rejects.toThrow('request');
  });

  it('passes the subject on to the request of the verb', async () => {
    const request = vi.fn(() => 1);
    const [subject, options] = [{}, { timeout: 5 }];
    await promiseForm(new Permits(1).line, { ...ENTER, request }, subject, options);
    expect(request).toHaveBeenCalledExactlyOnceWith(subject, options);
  });
});

describe('granted', () => {
  it('is one settled promise for all that is granted without waiting and without a value', async () => {
    expect(await granted).toBe(undefined);
  });
});

describe('PromiseWaiter', () => {
  it('keeps its line, its request and its verb, and calls one of its functions', () => {
    const { line } = new Permits(0);
    const make = () => {
      const settlers = { resolve: vi.fn(), reject: vi.fn() };
      return { ...settlers, waiter: new PromiseWaiter<number, number>(line as never, 2, ENTER, settlers) };
    };
    const [granted, refused] = [make(), make()];
    expect(granted.waiter).toMatchObject({ line, request: 2, verb: ENTER });
    granted.waiter.grant(7);
    expect([granted.resolve.mock.calls, granted.reject.mock.calls]).toEqual([[[7]], []]);
    refused.waiter.giveUp('out');
    expect([refused.resolve.mock.calls, refused.reject.mock.calls]).toEqual([[], [['out']]]);
  });
});
