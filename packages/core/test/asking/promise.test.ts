import { granted, promiseForm, readWaitOptions } from '@valvekit/core/line';
import { describe, expect, it, vi } from 'vitest';
import { ENTER, Permits } from '../permits.ts';

describe('promiseForm()', () => {
  it('resolves to nothing for a lock, without waiting and after a wait', async () => {
    const permits = new Permits(1);
    const first = promiseForm(permits.line, ENTER, undefined, undefined);
    const second = promiseForm(permits.line, ENTER, undefined, { timeout: 1000 });
    expect([permits.free, permits.line.size]).toEqual([0, 1]);
    permits.line.giveBack(1);
    expect([permits.free, permits.line.size]).toEqual([0, 0]);
    expect([await first, await second]).toEqual([undefined, undefined]);
  });

  it('rejects with the reason when the wait is given up', async () => {
    const permits = new Permits(0);
    const promise = promiseForm(permits.line, ENTER, undefined, undefined);
    permits.line.cancelAll('out');
    await expect(promise).rejects.toBe('out');
  });

  it('takes no falsy reason for success', async () => {
    for (const reason of [undefined, null, 0, '', false]) {
      const permits = new Permits(0);
      const promise = promiseForm(permits.line, ENTER, undefined, undefined);
      permits.line.cancelAll(reason);
      await expect(promise).rejects.toBe(reason);
    }
  });

  it('settles what one call grants in the order of arrival', async () => {
    const permits = new Permits(0);
    const order: number[] = [];
    const all = [1, 2, 3].map((i) => promiseForm(permits.line, ENTER, undefined, undefined).then(() => order.push(i)));
    permits.line.giveBack(3);
    await Promise.all(all);
    expect(order).toEqual([1, 2, 3]);
  });

  it('passes the subject, the options and the terms on to the request of the verb', async () => {
    const request = vi.fn(() => 1);
    const [subject, options] = [{}, { timeout: 5 }];
    await promiseForm(new Permits(1).line, { ...ENTER, request }, subject, options);
    expect(request).toHaveBeenCalledExactlyOnceWith(subject, options, readWaitOptions(options));
  });
});

describe('granted', () => {
  it('is one settled promise for all that is granted without waiting and without a value', async () => {
    expect(await granted).toBe(undefined);
  });
});
