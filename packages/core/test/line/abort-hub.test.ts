import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { abortSilently, foreignSignal } from '../foreign-signal.ts';
import { Permits } from '../permits.ts';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

/** A signal whose listeners are called by hand. */
function signalByHand() {
  const registered: (() => void)[] = [];
  return foreignSignal({
    reason: 'stop',
    addEventListener: vi.fn((_type: string, listener: () => void) => void registered.push(listener)),
    removeEventListener: vi.fn(),
    dispatch(): void {
      for (const listener of registered) listener();
    },
  });
}

describe('a signal', () => {
  it('has one listener, however many wait with it in however many lines, until the last has left', () => {
    const { signal } = new AbortController();
    const locks = [new Permits(0), new Permits(0), new Permits(0), new Permits(0)];
    const waits = [0, 1, 0, 1].map((index) => {
      const permits = locks[index] as Permits;
      return { permits, waiter: permits.wait(() => {}, { signal }) };
    });
    for (const { permits, waiter } of waits) {
      expect(listeners(signal)).toBe(1);
      permits.end(waiter, 'left');
    }
    expect(listeners(signal)).toBe(0);
    locks[0]?.ask(() => {}, { signal });
    expect(listeners(signal)).toBe(1);
  });

  it('ends all its waits where arrays have no `at()`, as in Hermes', () => {
    const at = vi.spyOn(Array.prototype, 'at').mockImplementation(() => {
      throw new TypeError('undefined is not a function');
    });
    const controller = new AbortController();
    const permits = new Permits(1);
    const log: unknown[] = [];
    for (const _ of [0, 1]) permits.ask((error) => log.push(error), { permits: 2, signal: controller.signal });
    permits.ask((error) => log.push(error), {});
    controller.abort('out');
    at.mockRestore();
    expect([log, permits.line.size]).toEqual([['out', 'out', undefined], 0]);
  });

  it.each([0, 1, 2])('keeps its one listener for the others when the waiter at place %d leaves', (place) => {
    const controller = new AbortController();
    const { signal } = controller;
    const permits = new Permits(0);
    const ended = vi.fn();
    const waiters = [0, 1, 2].map(() => permits.wait(ended, { signal }));
    permits.end(waiters[place] as (typeof waiters)[number], 'left');
    permits.ask(ended, { signal });
    expect(listeners(signal)).toBe(1);
    controller.abort('out');
    expect(ended.mock.calls).toEqual([['left'], ['out'], ['out'], ['out']]);
  });

  it('is listened to with a function, which Node calls faster than an object', () => {
    const signal = signalByHand();
    new Permits(0).ask(() => {}, { signal });
    expect(signal.addEventListener).toHaveBeenCalledExactlyOnceWith('abort', expect.any(Function));
  });
});

describe('an abort', () => {
  it('ends all waits in order of arrival, in every line, before any line moves up', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const log: string[] = [];
    const locks = ['a', 'b'].map((name) => ({ name, permits: new Permits(0) }));
    for (const round of [1, 2]) {
      for (const { name, permits } of locks) {
        permits.ask((reason) => log.push(`${name}${round} ${String(reason)}`), { signal });
      }
    }
    for (const { name, permits } of locks) {
      permits.ask(() => log.push(`${name} moves up`));
      permits.free = 1;
      permits.asked.length = 0;
    }
    controller.abort('out');
    expect(log).toEqual(['a1 out', 'b1 out', 'a2 out', 'b2 out', 'a moves up', 'b moves up']);
    expect(locks.map(({ permits }) => permits.asked)).toEqual([[1], [1]]);
    expect(listeners(signal)).toBe(0);
  });

  it('lets callbacks see that all of its waits have ended', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const locks = [new Permits(0), new Permits(0)];
    const seen: number[][] = [];
    for (const permits of locks) permits.ask(() => seen.push(locks.map(({ line }) => line.size)), { signal });
    controller.abort();
    expect(seen).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('leaves the waiters of other signals in line', () => {
    const [controller, other] = [new AbortController(), new AbortController()];
    const permits = new Permits(0);
    const log: unknown[] = [];
    permits.ask((reason) => log.push('other', reason), { signal: other.signal });
    permits.ask((reason) => log.push('own', reason), { signal: controller.signal });
    controller.abort('out');
    expect([log, permits.line.size, listeners(other.signal)]).toEqual([['own', 'out'], 1, 1]);
  });

  it('ends nothing more after a callback that cancels the rest', () => {
    const controller = new AbortController();
    const permits = new Permits(0);
    const log: string[] = [];
    permits.ask(
      () => {
        log.push('first');
        permits.line.cancelAll('cancel');
      },
      { signal: controller.signal },
    );
    permits.ask((reason) => log.push(`second ${String(reason)}`), { signal: controller.signal });
    permits.ask((reason) => log.push(`third ${String(reason)}`));
    controller.abort('abort');
    expect([log, permits.line.size]).toEqual([['first', 'second abort', 'third cancel'], 0]);
  });

  it('that a line fails to handle ends the other waits when it is dispatched again', () => {
    const signal = signalByHand();
    const [broken, permits] = [new Permits(0), new Permits(0)];
    const log: string[] = [];
    const failure = new Error('fails');
    broken.ask(() => log.push('first'), { signal });
    permits.ask(() => log.push('second'), { signal });
    const giveUp = vi.spyOn(broken.line, 'giveUp').mockThrow(failure);
    abortSilently(signal);
    expect(signal.dispatch).toThrow(failure);
    giveUp.mockRestore();
    signal.dispatch();
    expect([log, permits.line.size]).toContainEqual(0);
    expect(log).toContain('second');
  });
});

describe('an abort event', () => {
  it('that anyone dispatches by hand ends no wait', () => {
    const controller = new AbortController();
    const permits = new Permits(0);
    const reasons: unknown[] = [];
    permits.ask((reason) => reasons.push(reason), { signal: controller.signal });
    controller.signal.dispatchEvent(new Event('abort'));
    expect([permits.line.size, reasons]).toEqual([1, []]);
    controller.abort('now');
    expect([permits.line.size, reasons]).toEqual([0, ['now']]);
  });

  it('does nothing after the last waiter has left a signal that keeps its listeners', () => {
    const signal = signalByHand();
    const permits = new Permits(0);
    const reasons: unknown[] = [];
    permits.end(
      permits.wait((reason) => reasons.push(reason), { signal }),
      'left',
    );
    expect(signal.removeEventListener.mock.calls).toEqual(signal.addEventListener.mock.calls);
    abortSilently(signal);
    expect(signal.dispatch).not.toThrow();
    expect(reasons).toEqual(['left']);
  });
});
