import { getEventListeners } from 'node:events';
import { bothForms, PromiseWaiter, readWaitOptions } from '@valvekit/core/line';
import { describe, expect, it, vi } from 'vitest';
import { abortSilently, foreignSignal } from '../foreign-signal.ts';
import { ENTER, Permits } from '../permits.ts';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

function wait(permits: Permits, signal: AbortSignal, onGiveUp: (reason: unknown) => void = () => {}) {
  const settlers = { resolve: () => {}, reject: onGiveUp };
  const waiter = new PromiseWaiter(permits.line, 1, ENTER, settlers);
  permits.line.join(waiter, readWaitOptions({ signal }));
  return waiter;
}

/** A signal whose listeners are called by hand. */
function signalByHand() {
  const listeners: (() => void)[] = [];
  return foreignSignal({
    reason: 'stop',
    addEventListener: vi.fn((_type: string, listener: () => void) => void listeners.push(listener)),
    removeEventListener: vi.fn(),
    dispatch(): void {
      for (const listener of listeners) listener();
    },
  });
}

describe('a signal', () => {
  it('has one listener, however many wait with it in however many lines, until the last has left', () => {
    const { signal } = new AbortController();
    const lines = [new Permits(0), new Permits(0)];
    const waiters = [0, 1, 0, 1].map((line) => wait(lines[line] as Permits, signal));
    for (const waiter of waiters) {
      expect(listeners(signal)).toBe(1);
      waiter.leave('left');
    }
    expect(listeners(signal)).toBe(0);
    wait(lines[0] as Permits, signal);
    expect(listeners(signal)).toBe(1);
  });

  it('is listened to with a function, which Node calls faster than an object', () => {
    const signal = signalByHand();
    wait(new Permits(0), signal);
    expect(signal.addEventListener).toHaveBeenCalledExactlyOnceWith('abort', expect.any(Function));
  });
});

describe('an abort', () => {
  it('ends all waits in order of arrival, in every line, before any line moves up', () => {
    const controller = new AbortController();
    const log: string[] = [];
    const lines = ['a', 'b'].map((name) => ({ name, permits: new Permits(0) }));
    for (const round of [1, 2]) {
      for (const { name, permits } of lines) {
        wait(permits, controller.signal, (reason) => log.push(`${name}${round} ${String(reason)}`));
      }
    }
    for (const { name, permits } of lines) {
      void bothForms(permits.line, ENTER, undefined, permits, () => log.push(`${name} moves up`), {});
      permits.free = 1;
      permits.asked.length = 0;
    }
    controller.abort('out');
    expect(log).toEqual(['a1 out', 'b1 out', 'a2 out', 'b2 out', 'a moves up', 'b moves up']);
    expect(lines.map(({ permits }) => permits.asked)).toEqual([[1], [1]]);
    expect(listeners(controller.signal)).toBe(0);
  });

  it('leaves the waiters of other signals in line', () => {
    const [controller, other] = [new AbortController(), new AbortController()];
    const permits = new Permits(0);
    const log: unknown[] = [];
    wait(permits, other.signal, (reason) => log.push('other', reason));
    wait(permits, controller.signal, (reason) => log.push('own', reason));
    controller.abort('out');
    expect([log, permits.line.size, listeners(other.signal)]).toEqual([['own', 'out'], 1, 1]);
  });

  it('skips a waiter whose wait ended while it ended others', () => {
    const controller = new AbortController();
    const permits = new Permits(0);
    const log: string[] = [];
    wait(permits, controller.signal, () => {
      log.push('first');
      second.leave('by the first');
    });
    const second = wait(permits, controller.signal, (reason) => log.push(`second ${String(reason)}`));
    wait(permits, controller.signal, () => log.push('third'));
    controller.abort('out');
    expect([log, permits.line.size]).toEqual([['first', 'second out', 'third'], 0]);
  });

  it('that one waiter fails to hear of ends the others when it is dispatched again', () => {
    const signal = signalByHand();
    const permits = new Permits(0);
    const log: string[] = [];
    const failure = new Error('fails');
    wait(permits, signal, vi.fn().mockThrow(failure));
    wait(permits, signal, () => log.push('second'));
    abortSilently(signal);
    expect(signal.dispatch).toThrow(failure);
    expect([log, permits.line.size]).toEqual([[], 1]);
    signal.dispatch();
    expect([log, permits.line.size]).toEqual([['second'], 0]);
  });
});

describe('an abort event', () => {
  it('that anyone dispatches by hand ends no wait', () => {
    const controller = new AbortController();
    const permits = new Permits(0);
    const reasons: unknown[] = [];
    wait(permits, controller.signal, (reason) => reasons.push(reason));
    controller.signal.dispatchEvent(new Event('abort'));
    expect([permits.line.size, reasons]).toEqual([1, []]);
    controller.abort('now');
    expect([permits.line.size, reasons]).toEqual([0, ['now']]);
  });

  it('does nothing after the last waiter has left a signal that keeps its listeners', () => {
    const signal = signalByHand();
    const permits = new Permits(0);
    const reasons: unknown[] = [];
    wait(permits, signal, (reason) => reasons.push(reason)).leave('left');
    expect(signal.removeEventListener.mock.calls).toEqual(signal.addEventListener.mock.calls);
    abortSilently(signal);
    expect(signal.dispatch).not.toThrow();
    expect(reasons).toEqual(['left']);
  });
});
