import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { readWaitOptions } from '../src/options.ts';
import { PromiseWaiter } from '../src/waiter.ts';
import { WaiterQueue } from '../src/waiter-queue.ts';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

function wait(queue: WaiterQueue<object>, signal: AbortSignal, onGiveUp: (reason: unknown) => void) {
  const waiter = new PromiseWaiter<void>(undefined, () => {}, onGiveUp);
  queue.join(waiter, readWaitOptions({ signal }), 'wait');
  return waiter;
}

it('a signal has one hub and one listener, until the last waiter has left', () => {
  const { signal } = new AbortController();
  const queue = new WaiterQueue<object>({}, () => false);
  const waiters = [0, 1, 2].map(() => wait(queue, signal, () => {}));
  expect(listeners(signal)).toBe(1);
  for (const [left, waiter] of waiters.entries()) {
    expect(listeners(signal)).toBe(1);
    queue.giveUp(waiter, left);
  }
  expect(listeners(signal)).toBe(0);
  wait(queue, signal, () => {});
  expect(listeners(signal)).toBe(1);
});

it('an abort ends all in the order they came, in every line, before any line moves up', () => {
  const controller = new AbortController();
  const log: string[] = [];
  let isOpen = false;
  const lines = ['a', 'b'].map((name) => ({
    name,
    queue: new WaiterQueue<object>({}, () => {
      if (isOpen) log.push(`${name} moves up`);
      return isOpen;
    }),
  }));
  for (const round of [1, 2]) {
    for (const { name, queue } of lines)
      wait(queue, controller.signal, (reason) => log.push(`${name}${round} ${String(reason)}`));
  }
  for (const { queue } of lines) wait(queue, new AbortController().signal, () => {});
  isOpen = true;
  controller.abort('out');
  expect(log).toEqual(['a1 out', 'b1 out', 'a2 out', 'b2 out', 'a moves up', 'b moves up']);
  expect(listeners(controller.signal)).toBe(0);
});

it('an event that somebody dispatches ends no wait: only an abort does', () => {
  const controller = new AbortController();
  const queue = new WaiterQueue<object>({}, () => false);
  const reasons: unknown[] = [];
  wait(queue, controller.signal, (reason) => reasons.push(reason));
  controller.signal.dispatchEvent(new Event('abort'));
  expect([queue.size, reasons]).toEqual([1, []]);
  controller.abort('now');
  expect([queue.size, reasons]).toEqual([0, ['now']]);
});
