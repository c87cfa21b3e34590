import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { AbortError, createLatch, InvalidStateError, Latch, TimeoutError } from '@valvekit-internal/template';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a Latch', () => {
  it('is open from the start at zero', async () => {
    const gate = new Latch(0);
    const callback = vi.fn();
    gate.wait(callback);
    expect(callback).toHaveBeenCalledWith();
    await gate.wait();
    await gate.wait({ timeout: 0 });
  });

  it('ends every wait at zero and not before, in the order they came', async () => {
    const gate = new Latch(2);
    const log: string[] = [];
    const first = gate.wait().then(() => log.push('first'));
    const second = gate.wait().then(() => log.push('second'));
    const third = gate.wait({ priority: 1 }).then(() => log.push('third, with priority'));
    gate.countDown();
    expect([gate.count, gate.waiting]).toEqual([1, 3]);
    gate.countDown();
    expect([gate.count, gate.waiting]).toEqual([0, 0]);
    await Promise.all([first, second, third]);
    expect(log).toEqual(['third, with priority', 'first', 'second']);
  });

  it('calls back inside the call that opens it, with the Latch as this', () => {
    const gate = new Latch();
    const callback = vi.fn();
    gate.wait(callback, 1000);
    expect(callback).not.toHaveBeenCalled();
    gate.countDown();
    expect(callback.mock.calls).toEqual([[]]);
    expect(callback.mock.contexts).toEqual([gate]);
  });

  it('throws when it is counted down at zero, and does not change', async () => {
    const gate = new Latch(0);
    expect(() => gate.countDown()).toThrow(new InvalidStateError('Latch: countDown() at zero; it is open already'));
    expect(gate.count).toBe(0);
    await gate.wait();
  });

  it.each([
    ['1', TypeError],
    [null, TypeError],
    [-1, RangeError],
    [1.5, RangeError],
    [Number.NaN, RangeError],
  ])('rejects the count %o', (count, kind) => {
    expect(() => new Latch(count as number)).toThrow(kind);
    expect(() => createLatch(count as number)).toThrow(/^count must be an integer of at least 0, but is /);
  });

  it('shows its state', () => {
    const gate = createLatch(3);
    void gate.wait();
    expect(inspect(gate)).toBe('Latch { count: 3, waiting: 1 }');
    expect(Object.prototype.toString.call(gate)).toBe('[object Latch]');
    expect(createLatch().count).toBe(1);
  });
});

describe('a wait for a Latch', () => {
  it('ends with a TimeoutError when its timeout expires', async () => {
    const gate = new Latch();
    const wait = gate.wait({ timeout: 100 });
    const callback = vi.fn();
    gate.wait(callback, 100);
    vi.advanceTimersByTime(100);
    await expect(wait).rejects.toThrow(new TimeoutError('Latch: wait() timed out after 100 ms'));
    expect(callback).toHaveBeenCalledExactlyOnceWith(expect.any(TimeoutError));
    expect(gate.waiting).toBe(0);
  });

  it('ends with the reason of its signal, and leaves no listener', async () => {
    const gate = new Latch();
    const controller = new AbortController();
    const wait = gate.wait({ signal: controller.signal });
    controller.abort('enough');
    await expect(wait).rejects.toBe('enough');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(gate.waiting).toBe(0);
  });

  it('ends with an AbortError, or the reason, when all waits are canceled', async () => {
    const gate = new Latch();
    const first = gate.wait();
    const callback = vi.fn();
    gate.wait(callback);
    gate.cancel();
    await expect(first).rejects.toThrow(new AbortError('Latch: cancel() ended the wait'));
    expect(callback).toHaveBeenCalledExactlyOnceWith(expect.any(AbortError));
    const second = gate.wait();
    gate.cancel('enough');
    await expect(second).rejects.toBe('enough');
    expect(gate.count).toBe(1);
  });

  it('leaves neither timer nor listener when it is granted', async () => {
    const gate = new Latch();
    const { signal } = new AbortController();
    const wait = gate.wait({ signal, timeout: 100 });
    gate.countDown();
    await wait;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
