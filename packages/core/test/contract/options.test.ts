import { describe, expect, it, vi } from 'vitest';
import { readGiveUpOptions, readWaitOptions } from '../../src/contract/options.ts';
import { foreignSignal } from '../foreign-signal.ts';

const forever = { timeout: Number.POSITIVE_INFINITY, signal: undefined, priority: 0 };

/** Options whose reads are counted. */
function counted(values: object) {
  const reads: string[] = [];
  const options = {};
  for (const [name, value] of Object.entries(values)) {
    const get = (): unknown => {
      reads.push(name);
      return value;
    };
    Object.defineProperty(options, name, { get });
  }
  return { options, reads };
}

describe.each([
  ['readWaitOptions', readWaitOptions],
  ['readGiveUpOptions', (options: object | undefined) => readGiveUpOptions(options)],
])('%s()', (_, read) => {
  it('waits forever, without a signal and with priority 0, by default', () => {
    expect(read(undefined)).toEqual(forever);
    expect(read({})).toEqual(forever);
    expect(read({ timeout: undefined, signal: undefined, priority: undefined })).toEqual(forever);
  });

  it.each([5, 0, -0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 40])(
    'takes a timeout of %d as it is',
    (timeout) => {
      expect(read(Object.freeze({ timeout }))).toEqual({ ...forever, timeout });
    },
  );

  it('takes a signal as it is, and null as none', () => {
    const { signal } = new AbortController();
    expect(read({ signal }).signal).toBe(signal);
    expect(read({ signal: null })).toEqual(forever);
  });

  it('accepts a foreign signal', () => {
    const signal = foreignSignal();
    expect(read({ signal }).signal).toBe(signal);
  });

  it.each([
    [{ timeout: Number.NaN }, 'timeout must be a number of milliseconds, but is NaN'],
    [{ timeout: '5' }, 'timeout must be a number of milliseconds, but is "5"'],
    [{ timeout: null }, 'timeout must be a number of milliseconds, but is null'],
    [{ timeout: 5n }, 'timeout must be a number of milliseconds, but is 5n'],
    [{ signal: {} }, 'signal must be an AbortSignal, but is [object Object]'],
    [{ signal: 5 }, 'signal must be an AbortSignal, but is 5'],
    [{ signal: false }, 'signal must be an AbortSignal, but is false'],
    [{ signal: new AbortController() }, 'signal must be an AbortSignal, but is [object AbortController]'],
    [null, 'options must be an object, but is null'],
    [5, 'options must be an object, but is 5'],
    [() => {}, 'options must be an object, but is a function'],
  ])('throws a TypeError for %o', (options, message) => {
    expect(() => read(options as never)).toThrow(new TypeError(message));
  });

  it('ignores options that it does not know', () => {
    expect(read({ permits: 'many', timout: 5 } as object)).toEqual(forever);
  });
});

describe('readWaitOptions()', () => {
  it.each([1, -0.5, 0, Number.MAX_VALUE, Number.MIN_SAFE_INTEGER])('takes a priority of %d as it is', (priority) => {
    expect(readWaitOptions({ priority })).toEqual({ ...forever, priority });
  });

  it.each([
    ['1', '"1"'],
    [null, 'null'],
    [1n, '1n'],
  ])('throws a TypeError for the priority %o', (priority, shown) => {
    expect(() => readWaitOptions({ priority } as never)).toThrow(
      new TypeError(`priority must be a finite number, but is ${shown}`),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'throws a RangeError for the priority %s',
    (priority) => {
      expect(() => readWaitOptions({ priority })).toThrow(
        new RangeError(`priority must be a finite number, but is ${priority}`),
      );
    },
  );

  it('reads each option once', () => {
    const { options, reads } = counted({ timeout: 5, signal: null, priority: 1 });
    expect(readWaitOptions(options)).toEqual({ timeout: 5, signal: undefined, priority: 1 });
    expect(reads.sort()).toEqual(['priority', 'signal', 'timeout']);
  });
});

describe('readGiveUpOptions()', () => {
  it('does not read a priority', () => {
    const { options, reads } = counted({ timeout: 5, signal: null, priority: 'high' });
    expect(readGiveUpOptions(options)).toEqual({ ...forever, timeout: 5 });
    expect(reads.sort()).toEqual(['signal', 'timeout']);
  });

  it('calls no method of a signal', () => {
    const method = vi.fn();
    readGiveUpOptions({
      signal: foreignSignal({ aborted: true, addEventListener: method, removeEventListener: method }),
    });
    expect(method).not.toHaveBeenCalled();
  });
});
