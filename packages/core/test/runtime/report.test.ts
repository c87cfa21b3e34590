import { afterEach, expect, it, vi } from 'vitest';
import { report } from '../src/report.ts';

afterEach(() => void vi.unstubAllGlobals());

it('hands the error to reportError, where there is one', () => {
  const reportError = vi.fn();
  const queue = vi.fn();
  vi.stubGlobal('reportError', reportError);
  vi.stubGlobal('queueMicrotask', queue);
  const error = new Error('mine');
  report(error);
  report(undefined);
  expect([reportError.mock.calls, queue.mock.calls]).toEqual([[[error], [undefined]], []]);
});

it('throws the error from a microtask, where there is none', () => {
  const queue = vi.fn<(task: () => void) => void>();
  vi.stubGlobal('reportError', undefined);
  vi.stubGlobal('queueMicrotask', queue);
  const error = new Error('mine');
  expect(() => report(error)).not.toThrow();
  expect(queue).toHaveBeenCalledOnce();
  expect(() => queue.mock.calls[0]?.[0]()).toThrow(error);
});
