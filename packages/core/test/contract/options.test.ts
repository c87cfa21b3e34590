import { expect, it } from 'vitest';
import { optionsOfLimit, readWaitOptions } from '../src/options.ts';

it('no options are the default: for ever, without a signal, priority 0', () => {
  const forEver = { timeout: Number.POSITIVE_INFINITY, signal: undefined, priority: 0 };
  expect(readWaitOptions(undefined)).toEqual(forEver);
  expect(readWaitOptions({})).toEqual(forEver);
  expect(readWaitOptions({ timeout: undefined, signal: undefined, priority: undefined })).toEqual(forEver);
});

it('options are taken as they are', () => {
  const { signal } = new AbortController();
  const options = Object.freeze({ timeout: -5, signal, priority: -0.5 });
  expect(readWaitOptions(options)).toEqual({ timeout: -5, signal, priority: -0.5 });
});

it.each([
  [{ timeout: Number.NaN }, 'timeout must be a number of milliseconds, but is NaN'],
  [{ timeout: '5' }, 'timeout must be a number of milliseconds, but is "5"'],
  [{ timeout: null }, 'timeout must be a number of milliseconds, but is null'],
  [{ signal: {} }, 'signal must be an AbortSignal, but is [object Object]'],
  [{ signal: null }, 'signal must be an AbortSignal, but is null'],
  [{ signal: 5 }, 'signal must be an AbortSignal, but is 5'],
  [{ signal: new AbortController() }, 'signal must be an AbortSignal, but is [object AbortController]'],
  [{ priority: '1' }, 'priority must be a finite number, but is "1"'],
  [null, 'options must be an object, but is null'],
  [5, 'options must be an object, but is 5'],
])('%o is a TypeError', (options, message) => {
  expect(() => readWaitOptions(options as never)).toThrow(new TypeError(message));
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'a priority of %s is a RangeError',
  (priority) => {
    expect(() => readWaitOptions({ priority })).toThrow(
      new RangeError(`priority must be a finite number, but is ${priority}`),
    );
  },
);

it('a bare number is a timeout, anything else is as it was', () => {
  expect(optionsOfLimit(5)).toEqual({ timeout: 5 });
  expect(optionsOfLimit(Number.NaN)).toEqual({ timeout: Number.NaN });
  const options = { priority: 1 };
  expect(optionsOfLimit(options)).toBe(options);
  expect(optionsOfLimit(undefined)).toBe(undefined);
  expect(optionsOfLimit(null as never)).toBe(null);
});

it.each([
  ['aborted is no boolean', { aborted: 'no', addEventListener() {}, removeEventListener() {} }],
  ['nobody can listen', { aborted: false, addEventListener: 1, removeEventListener() {} }],
  ['nobody can stop listening', { aborted: false, addEventListener() {}, removeEventListener: 1 }],
])('a signal is refused if %s', (_, signal) => {
  expect(() => readWaitOptions({ signal } as never)).toThrow(/^signal must be an AbortSignal, but is /);
});

it('a signal of another make is welcome', () => {
  const signal = { aborted: false, addEventListener() {}, removeEventListener() {} } as unknown as AbortSignal;
  expect(readWaitOptions({ signal }).signal).toBe(signal);
});
