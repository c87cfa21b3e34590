import { AbortError, type PermitOptions } from '@valvekit/core';
import { bothForms, deliver, type Line, type Named, type Outcome, type Waiter } from '@valvekit/core/line';
import { describe, expect, it, vi } from 'vitest';
import { ENTER, Permits } from '../permits.ts';

const owner: Named = { name: undefined, [Symbol.toStringTag]: 'Thing' };

/** A line whose waiters get values. */
function lineOf(answer: () => Outcome<unknown> | undefined) {
  const waiters: Waiter<number, unknown>[] = [];
  const ask = vi.fn(answer);
  const line: Line<number, unknown> = { owner, ask, join: (waiter) => waiters.push(waiter), giveUp() {}, drain() {} };
  return { line, ask, waiters };
}

type Rest = [first: ((error?: unknown, value?: unknown) => void) | PermitOptions | undefined, second?: unknown];

function call(line: Line<number, unknown>, ...[first, second]: Rest): Promise<unknown> | undefined {
  return bothForms(line, ENTER, undefined, first, second as PermitOptions);
}

describe('bothForms() without a callback', () => {
  it('returns a promise of what is granted', async () => {
    const { line, ask } = lineOf(() => ({ value: 7 }));
    expect(await call(line, { permits: 2, timeout: 5 })).toBe(7);
    expect(ask.mock.calls).toEqual([[2, { timeout: 5, signal: undefined, priority: 0 }, ENTER]] as unknown[]);
    expect(await call(line, undefined)).toBe(7);
  });

  it('settles the promise when the wait ends', async () => {
    const { line, waiters } = lineOf(() => undefined);
    const [value, failure] = [call(line, undefined), call(line, undefined)];
    waiters[0]?.grant('late');
    waiters[1]?.giveUp('out');
    deliver();
    expect(await value).toBe('late');
    await expect(failure).rejects.toBe('out');
  });

  it('throws if there is a second argument', () => {
    const { line, ask } = lineOf(() => ({ value: 7 }));
    expect(() => call(line, undefined, 5)).toThrow(new TypeError('callback must be a function, but is undefined'));
    expect(() => call(line, { timeout: 5 }, () => {})).toThrow('callback must be a function, but is [object Object]');
    expect(ask).not.toHaveBeenCalled();
  });
});

describe('bothForms() with a callback', () => {
  it('calls it before it returns if nothing has to wait, with `this` and without an error', () => {
    const callback = vi.fn();
    const { line } = lineOf(() => ({ value: undefined }));
    expect(call(line, callback)).toBe(undefined);
    expect([callback.mock.contexts, callback.mock.calls]).toEqual([[owner], [[]]]);
  });

  it('passes a value as the second argument, now and later', () => {
    const callback = vi.fn();
    void call(lineOf(() => ({ value: 7 })).line, callback, 100);
    const { line, waiters } = lineOf(() => undefined);
    void call(line, callback, 100);
    waiters[0]?.grant(8);
    expect(callback.mock.calls).toEqual([[undefined, 7]]);
    deliver();
    expect(callback.mock.calls).toEqual([
      [undefined, 7],
      [undefined, 8],
    ]);
    expect(callback.mock.contexts).toEqual([owner, owner]);
  });

  it('takes a number for a timeout, and anything else for options', () => {
    const { line, ask } = lineOf(() => ({ value: 7 }));
    void call(line, () => {}, 5);
    void call(line, () => {}, { permits: 2, timeout: 6 });
    void call(line, () => {}, undefined);
    expect(ask.mock.calls as unknown[][]).toEqual([
      [1, { timeout: 5, signal: undefined, priority: 0 }, ENTER],
      [2, { timeout: 6, signal: undefined, priority: 0 }, ENTER],
      [1, { timeout: Number.POSITIVE_INFINITY, signal: undefined, priority: 0 }, ENTER],
    ]);
  });

  it('passes what the line throws as the error immediately, and the reason of a wait that is given up later', () => {
    const callback = vi.fn();
    const refusing = lineOf(() => {
      throw 'refused';
    });
    void call(refusing.line, callback);
    expect(callback.mock.calls).toEqual([['refused']]);
    const { line, waiters } = lineOf(() => undefined);
    void call(line, callback);
    waiters[0]?.giveUp('out');
    expect(callback).toHaveBeenCalledOnce();
    deliver();
    expect(callback.mock.calls).toEqual([['refused'], ['out']]);
    expect(callback.mock.contexts).toEqual([owner, owner]);
  });

  it.each([undefined, null, 0, '', false])('passes the falsy reason %s as the cause of an AbortError', (reason) => {
    const callback = vi.fn();
    const refusing = lineOf(() => {
      throw reason;
    });
    void call(refusing.line, callback);
    const { line, waiters } = lineOf(() => undefined);
    void call(line, callback);
    waiters[0]?.giveUp(reason);
    deliver();
    expect(callback).toHaveBeenCalledTimes(2);
    for (const [error] of callback.mock.calls) {
      expect(error).toBeInstanceOf(AbortError);
      expect(error).toMatchObject({ message: 'The wait ended for a falsy reason, which is the cause', cause: reason });
    }
  });

  it('throws for bad arguments, and neither asks the line nor calls back', () => {
    const callback = vi.fn();
    const { line, ask } = lineOf(() => undefined);
    expect(() => call(line, callback, Number.NaN)).toThrow(TypeError);
    expect(() => call(line, callback, '5')).toThrow(/^options must be an object/);
    expect(() => call(line, callback, null)).toThrow(/^options must be an object/);
    const request = vi.fn().mockThrow(new RangeError('request'));
    expect(() => bothForms(line, { ...ENTER, request }, undefined, callback, undefined)).toThrow('request');
    expect([ask.mock.calls.length, callback.mock.calls.length]).toEqual([0, 0]);
  });

  it('throws what a callback throws if it did not have to wait', () => {
    const error = new Error('mine');
    const callback = vi.fn().mockThrow(error);
    expect(() => call(lineOf(() => ({ value: 7 })).line, callback)).toThrow(error);
    expect(callback).toHaveBeenCalledOnce();
    expect(() =>
      call(
        lineOf(() => {
          throw 'refused';
        }).line,
        callback,
      ),
    ).toThrow(error);
    expect(callback).toHaveBeenCalledTimes(2);
  });

  it('throws what joining the line throws', () => {
    const { line } = lineOf(() => undefined);
    const callback = vi.fn();
    expect(() => call({ ...line, join: vi.fn().mockThrow(new Error('closed')) }, callback)).toThrow('closed');
    expect(callback).not.toHaveBeenCalled();
  });

  it('passes the lock as `this`, and neither an error nor a value when a lock is granted', () => {
    const permits = new Permits(1);
    const callback = vi.fn();
    permits.ask(callback);
    permits.ask(callback);
    permits.line.giveBack(1);
    expect([callback.mock.contexts, callback.mock.calls]).toEqual([
      [permits, permits],
      [[], []],
    ]);
  });
});
