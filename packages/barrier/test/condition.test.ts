import { runInNewContext } from 'node:vm';
import { Barrier, type Condition } from '@valvekit/barrier';
import { hostileThenable, thenable } from '@valvekit-internal/laws/thenable';
import { describe, expect, it, vi } from 'vitest';

/** Whether a wait for the condition ends when the ticket is set. */
function letsGo<T>(condition: unknown, ticket: T): boolean {
  const barrier = new Barrier<unknown>({});
  let isGone = false;
  barrier.wait(condition as Condition<unknown>, (error) => {
    isGone = error === undefined;
  });
  expect(isGone).toBe(false);
  barrier.set(ticket);
  expect(barrier.waiting).toBe(isGone ? 0 : 1);
  // A later wait must end in the same way.
  let isPassed = false;
  barrier.wait(condition as Condition<unknown>, () => {
    isPassed = true;
  });
  expect(isPassed).toBe(isGone);
  return isGone;
}

const symbol = Symbol('ticket');
const object = { mine: true };

describe('a scalar', () => {
  it.each([
    ['a', 'a'],
    ['', ''],
    [1, 1],
    [Number.NaN, Number.NaN],
    [0, -0],
    [-0, 0],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [true, true],
    [false, false],
    [null, null],
    [10n, 10n],
    [symbol, symbol],
  ])('%o matches %o', (condition, ticket) => {
    expect(letsGo(condition, ticket)).toBe(true);
  });

  it.each([
    ['1', 1],
    [1, '1'],
    [1, true],
    [true, 1],
    ['', false],
    [false, 0],
    [0, ''],
    [null, undefined],
    [null, 0],
    [null, 'null'],
    [Number.NaN, 'NaN'],
    [1n, 1],
    [1, 1n],
    [Symbol('ticket'), symbol],
    ['a', 'A'],
    ['a', ['a']],
    ['a', Object('a')],
  ])('%o does not match %o', (condition, ticket) => {
    expect(letsGo(condition, ticket)).toBe(false);
  });
});

describe('a list', () => {
  it.each([
    [['a'], 'a'],
    [['a', 'b'], 'b'],
    [['a', 'a'], 'a'],
    [[Number.NaN], Number.NaN],
    [[0], -0],
    [[null, 1n, symbol], symbol],
    [[undefined], undefined],
    [[object], object],
    [[[1]], 'no'],
  ])('%o matches %o as Array.prototype.includes() does', (condition, ticket) => {
    expect(letsGo(condition, ticket)).toBe(condition.includes(ticket as never));
  });

  it.each([
    [['a', 'b'], 'c'],
    [[1, 2], '1'],
    [[{ mine: true }], object],
    [[['a']], 'a'],
    [[/a/], 'a'],
    [[() => true], 'a'],
  ])('%o does not match %o', (condition, ticket) => {
    expect(letsGo(condition, ticket)).toBe(false);
  });

  it('is copied at the call', () => {
    const barrier = new Barrier<string>('z');
    const list = ['a', 'b'];
    const log: unknown[] = [];
    barrier.wait(list, (_, ticket) => log.push(ticket));
    list[0] = 'c';
    list.length = 1;
    barrier.set('c');
    expect(log).toEqual([]);
    barrier.set('b');
    barrier.set('a');
    expect(log).toEqual(['b']);
    expect(barrier.waiting).toBe(0);
  });

  it('that is changed meanwhile does not keep its wait from ending', () => {
    const barrier = new Barrier<string>('z');
    const list = ['a', 'b'];
    const callback = vi.fn();
    barrier.wait(list, callback);
    list.splice(0, 2, 'c');
    barrier.cancel('over');
    expect(callback.mock.calls).toEqual([['over']]);
    expect(barrier.waiting).toBe(0);
  });

  it('is not changed, and may be frozen', () => {
    const list = Object.freeze(['b', 'a', 'b']);
    const barrier = new Barrier<string>('-');
    void barrier.wait(list);
    barrier.set('b');
    expect(list).toEqual(['b', 'a', 'b']);
    expect(barrier.waiting).toBe(0);
  });

  it('of another realm is a list', () => {
    expect(letsGo(runInNewContext("['a', 'b']"), 'b')).toBe(true);
  });

  it('that is empty can never match: RangeError, and nothing waits', async () => {
    const barrier = new Barrier<string>('-');
    expect(() => barrier.wait([], () => {})).toThrow(RangeError);
    expect(() => barrier.wait([], () => {})).toThrow(/^condition must be a list of at least one ticket/);
    await expect(barrier.wait([])).rejects.toThrow(RangeError);
    expect(barrier.waiting).toBe(0);
  });

  it('ends a wait once, however many of its tickets are set', () => {
    const barrier = new Barrier<string>('-');
    const log: unknown[] = [];
    barrier.wait(['a', 'b', 'a'], (_, ticket) => log.push(ticket));
    barrier.set('b');
    barrier.set('a');
    expect(log).toEqual(['b']);
  });
});

describe('a RegExp', () => {
  it.each([
    [/^a+$/, 'aaa'],
    [/A/i, 'a'],
    [/^b/m, 'a\nb'],
    [/^.$/su, '\n'],
    [/(?:)/, ''],
  ])('%o matches %o', (condition, ticket) => {
    expect(letsGo(condition, ticket)).toBe(true);
  });

  it.each([
    [/^a+$/, 'b'],
    [/^b/, 'a\nb'],
    [/A/, 'a'],
    [/null/, null],
    [/undefined/, undefined],
    [/1/, 1],
    [/true/, true],
    [/ticket/, symbol],
    [/object/, object],
    [/a/, Object('a')],
    [/a/, ['a']],
  ])('%o does not match %o', (condition, ticket) => {
    expect(letsGo(condition, ticket)).toBe(false);
  });

  it.each(['g', 'y', 'gy', 'dgiy'])('with the flags %s matches anywhere, every time', (flags) => {
    const condition = new RegExp('b', flags);
    const barrier = new Barrier<string>('ab');
    const log: unknown[] = [];
    for (let i = 0; i < 3; i++) barrier.wait(condition, (_, ticket) => log.push(ticket));
    barrier.set('-');
    for (let i = 0; i < 3; i++) barrier.wait(condition, (_, ticket) => log.push(ticket));
    barrier.set('aab');
    expect(log).toEqual(['ab', 'ab', 'ab', 'aab', 'aab', 'aab']);
  });

  it.each(['g', 'y'])('with the flag %s keeps its lastIndex, which is not used', (flags) => {
    const condition = new RegExp('a', flags);
    condition.lastIndex = 2;
    const barrier = new Barrier<string>('a');
    const log: unknown[] = [];
    barrier.wait(condition, (_, ticket) => log.push(ticket));
    barrier.set('-');
    barrier.wait(condition, (_, ticket) => log.push(ticket));
    barrier.set('ba');
    expect(log).toEqual(['a', 'ba']);
    expect(condition.lastIndex).toBe(2);
  });

  it('may be frozen, and be of another realm', () => {
    expect(letsGo(Object.freeze(/a/g), 'a')).toBe(true);
    expect(letsGo(runInNewContext('/a/g'), 'a')).toBe(true);
  });
});

describe('a function', () => {
  it.each([[true], [1], ['yes'], [{}], [[]], [thenable('no function')]])(
    'ends a wait by returning the truthy %o',
    (answer) => {
      expect(letsGo((ticket: unknown) => ticket === 'now' && answer, 'now')).toBe(true);
    },
  );

  it.each([[false], [0], [''], [null], [undefined], [Number.NaN], [0n]])(
    'does not end a wait by returning %o',
    (answer) => {
      expect(letsGo(() => answer, 'now')).toBe(false);
    },
  );

  const promises: [string, () => unknown][] = [
    ['a promise', () => Promise.resolve(false)],
    ['a thenable', () => thenable(() => {})],
    [
      'a function with a `then`',
      () =>
        Object.assign(
          () => {},
          thenable(() => {}),
        ),
    ],
  ];

  it.each(promises)('ends its wait with a TypeError by returning %s when it is called first', async (_, make) => {
    const barrier = new Barrier<number>(0);
    const callback = vi.fn();
    const message = /^what the condition returns must be true or false, not a promise, but is /;
    barrier.wait((() => make()) as never, callback);
    expect(callback.mock.calls).toEqual([[expect.objectContaining({ message: expect.stringMatching(message) })]]);
    expect(callback.mock.calls[0]?.[0]).toBeInstanceOf(TypeError);
    await expect(barrier.wait((() => make()) as never)).rejects.toThrow(message);
    expect(barrier.waiting).toBe(0);
  });

  it.each(promises)('ends its own wait only with a TypeError by returning %s later', async (_, make) => {
    const barrier = new Barrier<number>(0);
    const log: unknown[] = [];
    const condition = ((ticket: number) => ticket === 1 && make()) as never;
    barrier.wait(condition, (error) => log.push(error));
    const wait = expect(barrier.wait(condition)).rejects.toThrow(TypeError);
    barrier.wait(
      (ticket) => ticket === 1,
      (_error, ticket) => log.push(ticket),
    );
    barrier.set(1);
    expect(log).toEqual([expect.any(TypeError), 1]);
    expect(barrier.waiting).toBe(0);
    await wait;
  });

  it('throws what reading `then` of its result throws, as its own error', async () => {
    const error = new Error('unreadable');
    const barrier = new Barrier<number>(0);
    await expect(barrier.wait((() => hostileThenable(error)) as never)).rejects.toBe(error);
  });

  it('is called with the ticket only, and without `this`', () => {
    const calls: unknown[] = [];
    const barrier = new Barrier<unknown>(1);
    barrier.wait(
      function (this: unknown, ...args: unknown[]) {
        calls.push(this, args);
        return false;
      },
      () => {},
    );
    barrier.set(object);
    expect(calls).toEqual([undefined, [1], undefined, [object]]);
    expect((calls[3] as unknown[])[0]).toBe(object);
  });
});

describe('anything else', () => {
  it.each([
    [undefined, 'undefined'],
    [{}, '[object Object]'],
    [Object.create(null), '[object Object]'],
    [new Date(0), '[object Date]'],
    [new Map(), '[object Map]'],
    [new Set(['a']), '[object Set]'],
    [Promise.resolve('a'), '[object Promise]'],
    [Object('a'), '[object String]'],
    [{ test: () => true }, '[object Object]'],
    [{ length: 1, 0: 'a' }, '[object Object]'],
    [new Uint8Array(1), '[object Uint8Array]'],
  ])('throws a TypeError, and nothing waits: %o', async (condition, shown) => {
    const barrier = new Barrier<unknown>('a');
    const message = `condition must be a scalar, a list, a RegExp or a function, but is ${shown}`;
    expect(() => barrier.wait(condition as never, () => {})).toThrow(new TypeError(message));
    await expect(barrier.wait(condition as never)).rejects.toThrow(new TypeError(message));
    expect(barrier.waiting).toBe(0);
  });

  it('is refused even if it is the same as the ticket', async () => {
    await expect(new Barrier<unknown>(object).wait(object as never)).rejects.toThrow(TypeError);
    await expect(new Barrier<unknown>().wait(undefined as never)).rejects.toThrow(TypeError);
  });
});

it('a list that yields nothing is empty, whatever its length', () => {
  const list = Object.assign(['a'], { *[Symbol.iterator]() {} });
  expect(() => new Barrier<unknown>('b').wait(list, () => {})).toThrow(RangeError);
});
