import { getEventListeners } from 'node:events';
import { AbortError } from '@valvekit/core';
import { PromiseWaiter, readWaitOptions } from '@valvekit/core/line';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { abortSilently, foreignSignal } from '../foreign-signal.ts';
import { ENTER, Permits } from '../permits.ts';

afterEach(() => void vi.useRealTimers());

function waiterOf(permits: Permits) {
  const [resolve, reject] = [vi.fn(), vi.fn()];
  return { resolve, reject, waiter: new PromiseWaiter(permits.line, 1, ENTER, { resolve, reject }) };
}

describe('a waiter', () => {
  it('knows its line, its request and its verb', () => {
    const { line } = new Permits(0);
    const settlers = { resolve() {}, reject() {} };
    expect(new PromiseWaiter(line, 7, ENTER, settlers)).toMatchObject({ line, request: 7, verb: ENTER });
  });

  it('is settled with a value, or with a reason', () => {
    const [granted, refused] = [waiterOf(new Permits(0)), waiterOf(new Permits(0))];
    granted.waiter.grant();
    expect([granted.resolve.mock.calls, granted.reject.mock.calls]).toEqual([[[undefined]], []]);
    refused.waiter.giveUp('out');
    expect([refused.resolve.mock.calls, refused.reject.mock.calls]).toEqual([[], [['out']]]);
  });

  it('leaves its line with a reason, once', () => {
    const permits = new Permits(0);
    const { waiter, reject } = waiterOf(permits);
    waiter.leave('never joined');
    expect(reject).not.toHaveBeenCalled();
    permits.line.join(waiter, readWaitOptions(undefined));
    waiter.leave('first');
    waiter.leave('second');
    expect([reject.mock.calls, permits.line.size]).toEqual([[['first']], 0]);
  });
});

describe('a waiter whose signal has aborted', () => {
  /** A signal of which our listener hears nothing. */
  function silent(): AbortController {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation());
    return controller;
  }

  it('gets the reason of the signal, whatever ends its wait', () => {
    const permits = new Permits(0);
    const { waiter, reject } = waiterOf(permits);
    const controller = silent();
    permits.line.join(waiter, readWaitOptions({ signal: controller.signal }));
    controller.abort('signal');
    expect(permits.line.size).toBe(1);
    permits.line.cancelAll('cancel');
    expect(reject.mock.calls).toEqual([['signal']]);
  });

  it('gets an AbortError if the signal has no reason', () => {
    const permits = new Permits(0);
    const { waiter, reject } = waiterOf(permits);
    const signal = foreignSignal();
    permits.line.join(waiter, readWaitOptions({ signal }));
    abortSilently(signal);
    permits.line.giveBack(1);
    expect(reject.mock.calls).toEqual([[new AbortError('The signal has aborted')]]);
    expect(permits.free).toBe(1);
  });

  it('is not ended by it once its limits are lifted', () => {
    const permits = new Permits(0);
    const { waiter, resolve, reject } = waiterOf(permits);
    const controller = new AbortController();
    permits.line.join(waiter, readWaitOptions({ signal: controller.signal }));
    waiter.unlimit();
    controller.abort('signal');
    expect([getEventListeners(controller.signal, 'abort'), permits.line.size]).toEqual([[], 1]);
    permits.line.giveBack(1);
    expect([resolve.mock.calls.length, reject.mock.calls.length]).toEqual([1, 0]);
  });
});

describe('the limits of a waiter', () => {
  it('are none unless the terms ask for some', () => {
    vi.useFakeTimers();
    const { waiter } = waiterOf(new Permits(0));
    waiter.limit(readWaitOptions(undefined));
    expect(vi.getTimerCount()).toBe(0);
    waiter.unlimit();
    waiter.unlimit();
  });

  it('can be lifted more than once', () => {
    vi.useFakeTimers();
    const { waiter, reject } = waiterOf(new Permits(0));
    waiter.limit(readWaitOptions({ timeout: 5 }));
    expect(vi.getTimerCount()).toBe(1);
    waiter.unlimit();
    waiter.unlimit();
    vi.advanceTimersByTime(5);
    expect([vi.getTimerCount(), reject.mock.calls.length]).toEqual([0, 0]);
  });
});
