import { describe, expect, it, vi } from 'vitest';
import { bothForms, granted, promiseForm } from '../src/callback.ts';
import { deliver } from '../src/delivery.ts';
import { AbortError } from '../src/errors.ts';
import type { Grant, Line } from '../src/line.ts';
import type { WaitOptions } from '../src/options.ts';
import type { Waiter } from '../src/waiter.ts';

type Options = WaitOptions & { request?: string };

/** A line that hands values over, and does what it is told to. */
function lineOf(answer: () => Grant<unknown> | undefined) {
  const waiters: Waiter<string, unknown>[] = [];
  const ask = vi.fn(answer);
  const line: Line<string, unknown> = { ask, join: (waiter) => waiters.push(waiter), giveUp() {}, drain() {} };
  return { line, ask, waiters };
}

const requestOf = (options: Options | undefined): string => options?.request ?? 'default';
const self = { name: 'self' };

describe('the promise form', () => {
  it('resolves to what is handed over at once', async () => {
    const { line, ask } = lineOf(() => ({ value: 7 }));
    expect(await promiseForm(line, requestOf, 'Thing.get', { request: 'mine', timeout: 5 } as Options)).toBe(7);
    expect(ask.mock.calls).toEqual([
      ['mine', { timeout: 5, signal: undefined, priority: 0 }, 'Thing.get'],
    ] as unknown as typeof ask.mock.calls);
  });

  it('waits for what is handed over later, or rejects', async () => {
    const { line, waiters } = lineOf(() => undefined);
    const [value, failure] = [1, 2].map(() => bothForms(line, requestOf, 'op', self, undefined, undefined));
    waiters[0]?.grant('late');
    waiters[1]?.giveUp('out');
    expect(await value).toBe('late');
    await expect(failure).rejects.toBe('out');
  });

  it('rejects what the line throws, and bad arguments', async () => {
    const { line } = lineOf(() => {
      throw 'refused';
    });
    await expect(bothForms(line, requestOf, 'op', self, {}, undefined)).rejects.toBe('refused');
    await expect(bothForms(line, requestOf, 'op', self, { timeout: '5' } as never, undefined)).rejects.toThrow(
      TypeError,
    );
    await expect(bothForms(line, requestOf, 'op', self, undefined, 5)).rejects.toThrow(
      'callback, where a second argument follows, must be a function, but is undefined',
    );
  });

  it('has one settled promise for all that is had at once without a value', async () => {
    expect(await granted).toBe(undefined);
  });
});

describe('the callback form', () => {
  it('tells at once, with this and without an error', () => {
    const callback = vi.fn();
    const { line } = lineOf(() => ({ value: undefined }));
    expect(bothForms(line, requestOf, 'op', self, callback, undefined)).toBe(undefined);
    expect([callback.mock.contexts, callback.mock.calls]).toEqual([[self], [[]]]);
  });

  it('tells a value as the second argument, at once and later', () => {
    const callback = vi.fn();
    void bothForms(lineOf(() => ({ value: 7 })).line, requestOf, 'op', self, callback, 100);
    const { line, waiters } = lineOf(() => undefined);
    void bothForms(line, requestOf, 'op', self, callback, 100);
    waiters[0]?.grant(8);
    expect(callback.mock.calls).toEqual([[undefined, 7]]);
    deliver();
    expect(callback.mock.calls).toEqual([
      [undefined, 7],
      [undefined, 8],
    ]);
    expect(callback.mock.contexts).toEqual([self, self]);
  });

  it('tells what the line throws, at once, and what it gives up with, later', () => {
    const callback = vi.fn();
    const refusing = lineOf(() => {
      throw 'refused';
    });
    void bothForms(refusing.line, requestOf, 'op', self, callback, undefined);
    const { line, waiters } = lineOf(() => undefined);
    void bothForms(line, requestOf, 'op', self, callback, undefined);
    waiters[0]?.giveUp('out');
    deliver();
    expect(callback.mock.calls).toEqual([['refused'], ['out']]);
  });

  it.each([undefined, null, 0, '', false])('tells %s as the cause of an AbortError', (reason) => {
    const callback = vi.fn();
    const { line, waiters } = lineOf(() => undefined);
    void bothForms(line, requestOf, 'op', self, callback, undefined);
    waiters[0]?.giveUp(reason);
    deliver();
    const [error] = callback.mock.calls[0] ?? [];
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', reason);
  });

  it('throws bad arguments, and calls nobody', () => {
    const callback = vi.fn();
    const { line, ask } = lineOf(() => undefined);
    expect(() => bothForms(line, requestOf, 'op', self, callback, Number.NaN)).toThrow(TypeError);
    expect(() => bothForms(line, requestOf, 'op', self, callback, null as never)).toThrow(TypeError);
    const bad = (): never => {
      throw new RangeError('request');
    };
    expect(() => bothForms(line, bad, 'op', self, callback, undefined)).toThrow(RangeError);
    expect([ask.mock.calls.length, callback.mock.calls.length]).toEqual([0, 0]);
  });
});

it('a falsy reason is told as an error that says so, with the reason as its cause', () => {
  const { line } = lineOf(() => {
    throw 0;
  });
  const told: unknown[] = [];
  void bothForms(line, requestOf, 'op', self, (error?: unknown) => told.push(error), undefined);
  expect(told).toHaveLength(1);
  const [error] = told as [Error];
  expect([error.name, error.message, error.cause]).toEqual([
    'AbortError',
    'The wait was given up for a falsy reason, its cause',
    0,
  ]);
});
