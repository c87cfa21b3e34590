import type { PermitOptions } from '@valvekit/core';
import { enter, type Form, type Line, type Named, type Terms, type Waiter } from '@valvekit/core/line';
import { describe, expect, it, vi } from 'vitest';
import { ENTER, type PermitVerb } from '../permits.ts';

const owner: Named = { name: undefined, [Symbol.toStringTag]: 'Thing' };

/** A line of whatever answers like this. */
function lineOf(answer: () => { value: unknown } | undefined) {
  const ask = vi.fn<(request: number, terms: Terms, verb: unknown) => { value: unknown } | undefined>(answer);
  const join = vi.fn<(waiter: Waiter<number, unknown>, terms: Terms) => void>();
  const line: Line<number, unknown> = { owner, ask, join, giveUp() {}, drain() {} };
  return { line, ask, join };
}

/** A form that only remembers how it is called. */
function formOf() {
  const form = { result: vi.fn(async (..._args: unknown[]) => 'now') };
  return form as typeof form & Form<number, unknown, string, PermitVerb>;
}

const fn = (): void => {};
const options: PermitOptions = { permits: 2, priority: 3 };
const later = { timeout: Number.POSITIVE_INFINITY, signal: undefined, priority: 3 };

describe('enter()', () => {
  it('returns the promise of the form for a request that is granted without waiting', async () => {
    const { line, ask, join } = lineOf(() => ({ value: 7 }));
    const form = formOf();
    expect(await enter(form, line, ENTER, undefined, options, fn)).toBe('now');
    expect(ask.mock.calls).toEqual([[2, later, ENTER]]);
    expect(form.result.mock.calls).toEqual([[line, 2, ENTER, 7, fn]]);
    expect(join).not.toHaveBeenCalled();
  });

  it('lets a waiter join with the same terms, which settles the promise', async () => {
    const { line, join } = lineOf(() => undefined);
    const form = formOf();
    const promises = [1, 2].map(() => enter(form, line, ENTER, undefined, options, fn));
    const [first, second] = join.mock.calls.map(([waiter, terms]) => {
      expect(terms).toEqual(later);
      expect(waiter).toMatchObject({ line, request: 2, verb: ENTER, fn });
      return waiter;
    });
    expect(form.result).not.toHaveBeenCalled();
    second?.resolve('second');
    first?.reject('first');
    await expect(promises[0]).rejects.toBe('first');
    expect(await promises[1]).toBe('second');
  });

  it('needs no function', async () => {
    const { line } = lineOf(() => ({ value: 7 }));
    const form = formOf();
    expect(await enter(form, line, ENTER, undefined, undefined)).toBe('now');
    expect(form.result.mock.calls).toEqual([[line, 1, ENTER, 7, undefined]]);
  });

  it('rejects for bad arguments, and asks nothing', async () => {
    const { line, ask } = lineOf(() => undefined);
    const form = formOf();
    await expect(enter(form, line, ENTER, undefined, { timeout: '5' } as never)).rejects.toThrow(/^timeout must be /);
    const request = vi.fn().mockThrow(new RangeError('too many'));
    await expect(enter(form, line, { ...ENTER, request }, undefined, {})).rejects.toThrow('too many');
    expect(ask).not.toHaveBeenCalled();
  });

  it('rejects with what the line or the form throws', async () => {
    const refusing = lineOf(vi.fn().mockThrow('refused'));
    await expect(enter(formOf(), refusing.line, ENTER, undefined, {})).rejects.toBe('refused');
    const closed = lineOf(() => undefined);
    closed.join.mockThrow('closed');
    await expect(enter(formOf(), closed.line, ENTER, undefined, {})).rejects.toBe('closed');
    const form = formOf();
    form.result.mockThrow('thrown');
    await expect(enter(form, lineOf(() => ({ value: 7 })).line, ENTER, undefined, {})).rejects.toBe('thrown');
  });
});
