import { expect, it, vi } from 'vitest';
import { type Line, PromiseWaiter, readWaitOptions } from '../src/index.ts';

const line: Line<string, number> = { ask: () => undefined, join() {}, giveUp() {}, drain() {} };

function waiter() {
  const [resolve, reject] = [vi.fn(), vi.fn()];
  return { resolve, reject, waiter: new PromiseWaiter<string, number>('request', resolve, reject) };
}

it('keeps its request, and tells one of its functions', () => {
  const granted = waiter();
  expect(granted.waiter.request).toBe('request');
  granted.waiter.grant(7);
  expect([granted.resolve.mock.calls, granted.reject.mock.calls]).toEqual([[[7]], []]);
  const refused = waiter();
  refused.waiter.giveUp('out');
  expect([refused.resolve.mock.calls, refused.reject.mock.calls]).toEqual([[], [['out']]]);
});

it('knows that its signal has aborted before any listener runs', () => {
  const { waiter: waits, reject } = waiter();
  const controller = new AbortController();
  const seen: unknown[] = [];
  controller.signal.addEventListener('abort', (event) => {
    event.stopImmediatePropagation();
    seen.push(waits.abortedSignal);
  });
  waits.limit(line, readWaitOptions({ signal: controller.signal }), 'wait');
  expect(waits.abortedSignal).toBe(undefined);
  controller.abort('reason');
  expect(seen).toEqual([controller.signal]);
  waits.giveUp('another reason');
  expect(reject.mock.calls).toEqual([['reason']]);
  expect(waits.abortedSignal).toBe(undefined);
});

it('has no limits unless it asks for some', () => {
  const { waiter: waits } = waiter();
  waits.limit(line, readWaitOptions(undefined), 'wait');
  waits.unlimit();
  expect(waits.abortedSignal).toBe(undefined);
});
