import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { AbortError, ASemaphore, createASemaphore, InvalidStateError, TimeoutError } from '@valvekit/asemaphore';
import { changingThen } from '@valvekit-internal/laws/thenable';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let log: unknown[];
let reported: ReturnType<typeof vi.fn>;

beforeEach(() => {
  log = [];
  reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

// Taken before a fake is in its place.
const { setImmediate: macrotask } = globalThis;

/** What is uncaught meanwhile, of which the process is told instead of the test runner. */
async function uncaught(event: 'uncaughtException' | 'unhandledRejection', run: () => unknown): Promise<unknown[]> {
  const errors: unknown[] = [];
  const listeners = process.rawListeners(event) as (() => void)[];
  process.removeAllListeners(event);
  process.on(event, (error: unknown) => errors.push(error));
  try {
    run();
    await new Promise((resolve) => macrotask(resolve));
  } finally {
    process.removeAllListeners(event);
    for (const listener of listeners) process.on(event, listener);
  }
  return errors;
}

async function microtasks(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

type Then = (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void;

/** An object with this `then`. */
function thenable(then: PropertyDescriptor): PromiseLike<unknown> {
  // oxlint-disable-next-line unicorn/no-thenable
  return Object.defineProperty({}, 'then', then) as PromiseLike<unknown>;
}

/** Logs how a promise settles. */
function watch(name: string, promise: Promise<unknown>): void {
  void promise.then(
    () => log.push(name),
    (error: Error) => log.push(`${name}: ${error.name}`),
  );
}

describe('new ASemaphore', () => {
  it('starts at zero, or at the count, and fires nothing', async () => {
    const fire = vi.fn();
    expect(new ASemaphore().count).toBe(0);
    expect(new ASemaphore(fire).count).toBe(0);
    expect(new ASemaphore(0, fire).count).toBe(0);
    expect(new ASemaphore(3, fire).count).toBe(3);
    expect(new ASemaphore(3).count).toBe(3);
    expect(new ASemaphore(Number.MAX_SAFE_INTEGER).count).toBe(Number.MAX_SAFE_INTEGER);
    await microtasks();
    expect(fire).not.toHaveBeenCalled();
  });

  it('takes undefined for an argument that is left out', () => {
    const fire = vi.fn();
    const all = new ASemaphore(undefined as never, fire);
    expect(all.count).toBe(0);
    all.v();
    all.p();
    expect(fire).toHaveBeenCalledTimes(1);
    expect(new ASemaphore(undefined).count).toBe(0);
    expect(new ASemaphore(2, undefined).count).toBe(2);
    expect(new ASemaphore(fire as never, undefined).count).toBe(0);
  });

  it('turns -0 into 0', () => {
    expect(Object.is(new ASemaphore(-0).count, 0)).toBe(true);
  });

  it.each([
    ['3', TypeError, '"3"'],
    [null, TypeError, 'null'],
    [true, TypeError, 'true'],
    [{}, TypeError, '[object Object]'],
    [2n, TypeError, '2n'],
    [-1, RangeError, '-1'],
    [1.5, RangeError, '1.5'],
    [Number.NaN, RangeError, 'NaN'],
    [Number.POSITIVE_INFINITY, RangeError, 'Infinity'],
    [2 ** 53, RangeError, '9007199254740992'],
  ])('refuses the count %o', (count, kind, shown) => {
    const message = `count must be an integer of at least 0, but is ${shown}`;
    expect(() => new ASemaphore(count as number)).toThrow(new kind(message));
    expect(() => createASemaphore(count as number, () => {})).toThrow(new kind(message));
  });

  it.each([[null], ['fire'], [1], [{}]])('refuses to fire %o', (fire) => {
    expect(() => new ASemaphore(1, fire as never)).toThrow(TypeError);
    expect(() => new ASemaphore(1, fire as never)).toThrow(/^fire must be a function, but is /);
  });

  it('refuses two functions', () => {
    expect(() => new ASemaphore((() => {}) as never, () => {})).toThrow(
      new TypeError('count must be an integer of at least 0, but is a function'),
    );
  });
});

describe('createASemaphore', () => {
  it('takes what the constructor takes', () => {
    const fire = vi.fn();
    expect(createASemaphore()).toBeInstanceOf(ASemaphore);
    expect(createASemaphore(2).count).toBe(2);
    const one = createASemaphore(fire);
    one.v();
    one.p();
    createASemaphore(1, fire).p();
    expect(fire).toHaveBeenCalledTimes(2);
    expect(() => createASemaphore(-1)).toThrow(RangeError);
  });
});

describe('a name', () => {
  const options = { name: 'jobs' };
  const fire = (): void => {};

  it.each<[string, unknown[], number]>([
    ['a function', [fire, options], 0],
    ['undefined', [undefined, options], 0],
    ['a count and a function', [3, fire, options], 3],
    ['a count and undefined', [3, undefined, options], 3],
    ['undefined and a function', [undefined, fire, options], 0],
    ['undefined twice', [undefined, undefined, options], 0],
  ])('can come after %s', (_, args, count) => {
    const [made, created] = [new ASemaphore(...(args as [number])), createASemaphore(...(args as [number]))];
    expect(made).toMatchObject({ name: 'jobs', count });
    expect(created).toMatchObject({ name: 'jobs', count });
  });

  it('is undefined where none is given, and cannot be assigned', () => {
    for (const all of [new ASemaphore(), new ASemaphore(1), new ASemaphore(fire, {}), new ASemaphore(1, fire, {})]) {
      expect(all.name).toBe(undefined);
      expect(() => Object.assign(all, options)).toThrow(TypeError);
    }
  });

  it('is in all messages', async () => {
    const all = new ASemaphore(1, fire, options);
    await expect(all.wait({ timeout: 0 })).rejects.toThrow('ASemaphore "jobs": wait() timed out after 0 ms');
    const waiting = all.wait();
    all.cancel();
    await expect(waiting).rejects.toThrow('ASemaphore "jobs": cancel() ended the wait');
    all.p();
    expect(() => all.p()).toThrow('ASemaphore "jobs": p() at zero');
  });

  it.each([[null], [5], [{}]])('cannot be %o', (name) => {
    expect(() => new ASemaphore(fire, { name } as never)).toThrow(/^name must be a string, but is /);
    expect(() => new ASemaphore(1, fire, { name } as never)).toThrow(TypeError);
  });

  it.each<[string, unknown[], RegExp]>([
    ['null as options', [fire, null], /^options must be an object, but is null/],
    ['a text as options', [1, fire, 'jobs'], /^options must be an object, but is "jobs"/],
    [
      'options in the place of the count',
      [options],
      /^count must be an integer of at least 0, but is \[object Object\]/,
    ],
    ['options in the place of the function', [1, options], /^fire must be a function, but is \[object Object\]/],
    ['a function in the place of the count', [fire, undefined, options], /^count must be a/],
  ])('cannot come with %s', (_, args, message) => {
    expect(() => new ASemaphore(...(args as [number]))).toThrow(message);
    expect(() => new ASemaphore(...(args as [number]))).toThrow(TypeError);
  });
});

describe('v', () => {
  it('counts up and returns the new count', () => {
    const all = new ASemaphore(1);
    expect(all.v()).toBe(2);
    expect(all.v(undefined)).toBe(3);
    expect(all.v(5)).toBe(8);
    expect(all.count).toBe(8);
  });

  it.each([
    ['1', TypeError],
    [null, TypeError],
    [true, TypeError],
    [1n, TypeError],
    [0, RangeError],
    [-1, RangeError],
    [0.5, RangeError],
    [Number.NaN, RangeError],
    [Number.POSITIVE_INFINITY, RangeError],
    [2 ** 53, RangeError],
  ])('refuses %o and counts nothing', (n, kind) => {
    const all = new ASemaphore(1);
    expect(() => all.v(n as number)).toThrow(kind);
    expect(() => all.v(n as number)).toThrow(/^n must be an integer of at least 1, but is /);
    expect(all.count).toBe(1);
  });

  it('counts up to the greatest safe integer, and not beyond', () => {
    const all = new ASemaphore();
    expect(all.v(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => all.v()).toThrow(RangeError);
    expect(() => all.v()).toThrow(/^n must be at most 0/);
    expect(() => all.v(Number.MAX_SAFE_INTEGER)).toThrow(RangeError);
    expect(all.count).toBe(Number.MAX_SAFE_INTEGER);
    expect(all.p()).toBe(Number.MAX_SAFE_INTEGER - 1);
    expect(all.v()).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('p', () => {
  it('counts down and returns the new count', () => {
    const all = new ASemaphore(2);
    expect(all.p()).toBe(1);
    expect(all.p()).toBe(0);
    expect(all.count).toBe(0);
  });

  it('at zero throws, and changes nothing', () => {
    const fire = vi.fn();
    const all = new ASemaphore(1, fire);
    all.p();
    expect(() => all.p()).toThrow(InvalidStateError);
    expect(() => all.p()).toThrow('ASemaphore: p() at zero; every p() needs a v() before it');
    expect(all.count).toBe(0);
    expect(fire).toHaveBeenCalledTimes(1);
    all.v();
    expect(all.p()).toBe(0);
    expect(fire).toHaveBeenCalledTimes(2);
  });

  it('fires at zero, and not before', () => {
    const fire = vi.fn();
    const all = new ASemaphore(3, fire);
    all.p();
    all.p();
    expect(fire).not.toHaveBeenCalled();
    all.p();
    expect(fire).toHaveBeenCalledTimes(1);
  });

  it('fires each time that the count comes to zero', () => {
    const fire = vi.fn();
    const all = new ASemaphore(fire);
    for (let round = 1; round <= 8; round++) {
      all.v(2);
      all.p();
      all.v();
      all.p();
      expect(fire).toHaveBeenCalledTimes(round - 1);
      all.p();
      expect(fire).toHaveBeenCalledTimes(round);
    }
  });

  it('fires in the call, with its arguments and the semaphore as `this`', () => {
    const fire = vi.fn(() => {
      log.push('fires');
    });
    const all = new ASemaphore(2, fire);
    all.p('not', 'these');
    all.p('last', undefined, { one: 1 });
    log.push('p returned');
    expect(fire.mock.calls).toEqual([['last', undefined, { one: 1 }]]);
    expect(fire.mock.contexts).toEqual([all]);
    expect(log).toEqual(['fires', 'p returned']);
  });

  it('fires without arguments if it has none', () => {
    const fire = vi.fn();
    new ASemaphore(1, fire).p();
    expect(fire.mock.calls).toEqual([[]]);
  });

  it('returns what it counted to, even if the function counts up', () => {
    const all = new ASemaphore(1, () => {
      all.v(5);
    });
    expect(all.p()).toBe(0);
    expect(all.count).toBe(5);
  });

  it('needs no function to come to zero', () => {
    const all = new ASemaphore(1);
    watch('done', all.wait());
    expect(all.p()).toBe(0);
    expect(all.waiting).toBe(0);
  });

  it('throws what the function throws, after all waits have ended', async () => {
    const error = new Error('mine');
    const all = new ASemaphore(1, () => {
      log.push(`fires with ${all.waiting} waiting`);
      throw error;
    });
    watch('waiter', all.wait());
    expect(() => all.p()).toThrow(error);
    expect(all.count).toBe(0);
    await microtasks();
    expect(log).toEqual(['fires with 0 waiting', 'waiter']);
    expect(reported).not.toHaveBeenCalled();
  });

  it('fires again after the function has thrown', () => {
    let calls = 0;
    const all = new ASemaphore(1, () => {
      calls++;
      throw new Error('mine');
    });
    expect(() => all.p()).toThrow('mine');
    all.v();
    expect(() => all.p()).toThrow('mine');
    expect(calls).toBe(2);
  });

  it.each([
    ['p first', 1],
    ['v first', 0],
  ])('at one, together with a v, %s: fires %i times', (order, times) => {
    const fire = vi.fn();
    const all = new ASemaphore(1, fire);
    const steps = [() => all.p(), () => all.v()];
    if (order === 'v first') steps.reverse();
    for (const step of steps) step();
    expect(fire).toHaveBeenCalledTimes(times);
    expect(all.count).toBe(1);
  });

  it('fires whenever the sum is zero, over 1000 random steps', () => {
    let expected = 0;
    let count = 0;
    const fire = vi.fn();
    const all = new ASemaphore(fire);
    let seed = 1;
    for (let i = 0; i < 1000; i++) {
      seed = (seed * 48_271) % 2_147_483_647;
      if (count === 0 || seed % 3 === 0) {
        const n = 1 + (seed % 2);
        count += n;
        expect(all.v(n)).toBe(count);
      } else {
        count--;
        if (count === 0) expected++;
        expect(all.p()).toBe(count);
      }
      expect(fire).toHaveBeenCalledTimes(expected);
    }
    expect(expected).toBeGreaterThan(50);
  });
});

describe('the function', () => {
  it('may count up, for a later p to fire again', () => {
    const all = new ASemaphore(1, () => {
      log.push(all.count);
      if (log.length === 1) all.v();
    });
    all.p();
    expect(all.count).toBe(1);
    all.p();
    expect(log).toEqual([0, 0]);
  });

  it('cannot count below zero, and goes on', () => {
    const all = new ASemaphore(1, () => {
      expect(() => all.p()).toThrow(InvalidStateError);
      log.push('done');
    });
    all.p();
    expect(log).toEqual(['done']);
    expect(all.count).toBe(0);
  });

  it('is called again after it has returned, never nested, if it counts to zero again', () => {
    const all: ASemaphore = new ASemaphore(1, (round) => {
      log.push(`${String(round)} begins`);
      if (round === 1 || round === 2) {
        all.v();
        log.push(`p returns ${all.p(Number(round) + 1)}`);
      }
      log.push(`${String(round)} ends`);
    });
    all.p(1);
    log.push('first p returned');
    expect(log).toEqual([
      '1 begins',
      'p returns 0',
      '1 ends',
      '2 begins',
      'p returns 0',
      '2 ends',
      '3 begins',
      '3 ends',
      'first p returned',
    ]);
  });

  it('is called once for each time it counted to zero, with the arguments of each', () => {
    const fire = vi.fn((name: unknown) => {
      if (name !== 'first') return;
      for (const next of ['a', 'b', 'c']) {
        all.v();
        all.p(next, all);
      }
    });
    const all: ASemaphore = new ASemaphore(1, fire);
    all.p('first');
    expect(fire.mock.calls).toEqual([['first'], ['a', all], ['b', all], ['c', all]]);
    expect(fire.mock.contexts).toEqual([all, all, all, all]);
  });

  it('may do so 100,000 times on a flat stack', () => {
    let rounds = 0;
    const all: ASemaphore = new ASemaphore(1, () => {
      if (++rounds === 100_000) return;
      all.v();
      all.p();
    });
    all.p();
    expect(rounds).toBe(100_000);
    expect(all.count).toBe(0);
  });

  it('has its errors in postponed calls reported, and later calls follow', () => {
    const error = new Error('second');
    const all: ASemaphore = new ASemaphore(1, (name) => {
      log.push(name);
      if (name === 'first') {
        for (const next of ['second', 'third']) {
          all.v();
          all.p(next);
        }
      }
      if (name === 'second') throw error;
    });
    expect(all.p('first')).toBe(0);
    expect(log).toEqual(['first', 'second', 'third']);
    expect(reported.mock.calls).toEqual([[error]]);
  });

  it('is called for postponed calls even if the first call throws, whose error p() throws', () => {
    const errors = [new Error('first'), new Error('second')];
    let calls = 0;
    const all: ASemaphore = new ASemaphore(1, () => {
      const error = errors[calls++];
      if (calls === 1) {
        all.v();
        all.p();
      }
      if (error !== undefined) throw error;
    });
    expect(() => all.p()).toThrow(errors[0]);
    expect(calls).toBe(2);
    expect(reported.mock.calls).toEqual([[errors[1]]]);
    all.v();
    all.p();
    expect(calls).toBe(3);
  });

  it('is called for each zero after the waits for it have ended', async () => {
    const all: ASemaphore = new ASemaphore(1, (name) => {
      log.push(name);
      if (name !== 'first') return;
      all.v();
      watch('waiter', all.wait());
      all.p('second');
      log.push(all.waiting);
    });
    all.p('first');
    expect(log).toEqual(['first', 0, 'second']);
    await microtasks();
    expect(log).toEqual(['first', 0, 'second', 'waiter']);
  });

  it('of one semaphore may bring another one to zero', () => {
    const inner = new ASemaphore(1, () => {
      log.push('inner');
    });
    const outer = new ASemaphore(1, () => {
      inner.p();
      log.push('outer');
    });
    outer.p();
    expect(log).toEqual(['inner', 'outer']);
  });
});

describe('wrap', () => {
  it('counts up now, and down once the callback has run', () => {
    const fire = vi.fn();
    const all = new ASemaphore(fire);
    const wrapped = all.wrap(() => {
      log.push(all.count);
      expect(fire).not.toHaveBeenCalled();
    });
    expect(all.count).toBe(1);
    expect(wrapped()).toBeUndefined();
    expect(log).toEqual([1]);
    expect(all.count).toBe(0);
    expect(fire.mock.calls).toEqual([[]]);
  });

  it('passes `this` and the arguments on', () => {
    const callback = vi.fn<(size: number, name: string) => string>();
    const self = {};
    expect(new ASemaphore().wrap(callback).call(self, 1, 'a')).toBeUndefined();
    expect(callback.mock.calls).toEqual([[1, 'a']]);
    expect(callback.mock.contexts).toEqual([self]);
  });

  it('runs the callback again when it is called again, and counts nothing', () => {
    const fire = vi.fn();
    const callback = vi.fn();
    const all = new ASemaphore(1, fire);
    const wrapped = all.wrap(callback);
    wrapped();
    wrapped();
    wrapped();
    expect(callback).toHaveBeenCalledTimes(3);
    expect(all.count).toBe(1);
    all.p();
    expect(fire).toHaveBeenCalledTimes(1);
  });

  it('counts once if the callback calls it again', () => {
    const all = new ASemaphore(1);
    const wrapped = all.wrap((depth: number) => {
      log.push(all.count);
      if (depth > 0) wrapped(depth - 1);
    });
    wrapped(2);
    expect(log).toEqual([2, 2, 2]);
    expect(all.count).toBe(1);
  });

  it('counts down if the callback throws, and throws that', () => {
    const fire = vi.fn();
    const all = new ASemaphore(fire);
    const error = new Error('mine');
    const wrapped = all.wrap(() => {
      throw error;
    });
    expect(wrapped).toThrow(error);
    expect(all.count).toBe(0);
    expect(fire).toHaveBeenCalledTimes(1);
    expect(wrapped).toThrow(error);
    expect(fire).toHaveBeenCalledTimes(1);
    expect(reported).not.toHaveBeenCalled();
  });

  it('throws what the function throws, if the callback does not', () => {
    const error = new Error('fire');
    const all = new ASemaphore(() => {
      throw error;
    });
    expect(all.wrap(() => {})).toThrow(error);
    expect(reported).not.toHaveBeenCalled();
  });

  it('throws what the callback throws and reports what the function throws, if both do', () => {
    const errors = { callback: new Error('callback'), fire: new Error('fire') };
    const all = new ASemaphore(() => {
      throw errors.fire;
    });
    const wrapped = all.wrap(() => {
      throw errors.callback;
    });
    expect(wrapped).toThrow(errors.callback);
    expect(reported.mock.calls).toEqual([[errors.fire]]);
    expect(all.count).toBe(0);
  });

  it('fires when the last of several has run, in any order', () => {
    const fire = vi.fn();
    const all = new ASemaphore(fire);
    const [one, two, three] = [all.wrap(() => {}), all.wrap(() => {}), all.wrap(() => {})];
    two();
    three();
    two();
    expect(fire).not.toHaveBeenCalled();
    one();
    expect(fire).toHaveBeenCalledTimes(1);
  });

  it('counts down when the promise of the callback is resolved', async () => {
    const fire = vi.fn();
    const all = new ASemaphore(fire);
    let settle: () => void = () => {};
    const wrapped = all.wrap(
      () =>
        new Promise<void>((resolve) => {
          settle = resolve;
        }),
    );
    expect(wrapped()).toBeUndefined();
    await microtasks();
    expect(all.count).toBe(1);
    settle();
    expect(all.count).toBe(1);
    await microtasks();
    expect(all.count).toBe(0);
    expect(fire.mock.calls).toEqual([[]]);
  });

  it('counts down when the promise of the callback is rejected, which is unhandled then', async () => {
    const fire = vi.fn();
    const all = new ASemaphore(fire);
    const error = new Error('mine');
    const wrapped = all.wrap(() => Promise.reject(error));
    expect(await uncaught('unhandledRejection', wrapped)).toEqual([error]);
    expect(all.count).toBe(0);
    expect(fire).toHaveBeenCalledTimes(1);
    expect(reported).not.toHaveBeenCalled();
  });

  it('counts once if it is called again before the promise of the callback settles', async () => {
    const all = new ASemaphore(1);
    const wrapped = all.wrap((isAsync: boolean) => (isAsync ? Promise.resolve() : undefined));
    wrapped(true);
    wrapped(true);
    wrapped(false);
    expect(all.count).toBe(1);
    await microtasks();
    expect(all.count).toBe(1);
  });

  it('follows a thenable, and heeds its first call only', async () => {
    const all = new ASemaphore(1);
    const then = vi.fn<Then>((resolve, reject) => {
      resolve('first');
      reject(new Error('second'));
      resolve('third');
    });
    all.wrap(() => thenable({ value: then }))();
    await microtasks();
    expect([all.count, then.mock.calls.length]).toEqual([1, 1]);
    all.wrap(() => changingThen('value'))();
    await microtasks();
    expect(all.count).toBe(1);
  });

  it('counts down, and throws, if reading `then` of what the callback returns throws', () => {
    const all = new ASemaphore();
    const error = new Error('unreadable');
    const wrapped = all.wrap(() => thenable({ get: vi.fn().mockThrow(error) }));
    expect(wrapped).toThrow(error);
    expect(all.count).toBe(0);
  });

  it('reports what the function throws when a promise settles', async () => {
    const errors = { fire: new Error('fire'), mine: new Error('mine') };
    const all = new ASemaphore(() => {
      throw errors.fire;
    });
    all.wrap(() => Promise.resolve())();
    await microtasks();
    expect(reported.mock.calls).toEqual([[errors.fire]]);
    const wrapped = all.wrap(() => Promise.reject(errors.mine));
    expect(await uncaught('unhandledRejection', wrapped)).toEqual([errors.mine]);
    expect(reported.mock.calls).toEqual([[errors.fire], [errors.fire]]);
  });

  it.each([[undefined], [null], ['callback'], [{}]])('refuses %o and counts nothing', (callback) => {
    const all = new ASemaphore();
    expect(() => all.wrap(callback as never)).toThrow(TypeError);
    expect(() => all.wrap(callback as never)).toThrow(/^callback must be a function, but is /);
    expect(all.count).toBe(0);
  });

  it('refuses to count beyond the safe integers', () => {
    expect(() => new ASemaphore(Number.MAX_SAFE_INTEGER).wrap(() => {})).toThrow(RangeError);
  });
});

describe('track', () => {
  it('counts up now, and down when the promise settles, whose outcome it passes on', async () => {
    const fire = vi.fn();
    const all = new ASemaphore(fire);
    let settle: (value: string) => void = () => {};
    const tracked = all.track(
      new Promise<string>((resolve) => {
        settle = resolve;
      }),
    );
    expect(all.count).toBe(1);
    settle('value');
    expect(all.count).toBe(1);
    expect(await tracked).toBe('value');
    expect(all.count).toBe(0);
    expect(fire.mock.calls).toEqual([[]]);
  });

  it('counts down when the promise is rejected, and passes that on', async () => {
    const fire = vi.fn();
    const all = new ASemaphore(fire);
    const error = new Error('mine');
    await expect(all.track(Promise.reject(error))).rejects.toBe(error);
    expect(all.count).toBe(0);
    expect(fire).toHaveBeenCalledTimes(1);
  });

  it('returns a native promise of its own', () => {
    const promise = Promise.resolve(1);
    const tracked = new ASemaphore().track(promise);
    expect(tracked).toBeInstanceOf(Promise);
    expect(tracked).not.toBe(promise);
  });

  it('follows a thenable, and heeds its first call only', async () => {
    const all = new ASemaphore(1);
    const then = vi.fn<Then>((resolve, reject) => {
      resolve('first');
      resolve('second');
      reject(new Error('third'));
      throw new Error('fourth');
    });
    const foreign = thenable({ value: then });
    expect(await all.track(foreign)).toBe('first');
    await microtasks();
    expect(all.count).toBe(1);
    expect(then.mock.contexts).toEqual([foreign]);
  });

  it('counts down once, whatever becomes of the `then` of a promise', async () => {
    const all = new ASemaphore(1);
    expect(await all.track(changingThen('value'))).toBe('value');
    await microtasks();
    expect(all.count).toBe(1);
  });

  it('follows a thenable to the end of what it resolves to', async () => {
    const all = new ASemaphore();
    const then: Then = (resolve) => resolve(Promise.resolve('end'));
    expect(await all.track(thenable({ value: then }))).toBe('end');
    expect(all.count).toBe(0);
  });

  it('rejects with what a thenable throws', async () => {
    const all = new ASemaphore();
    const error = new Error('mine');
    const then = (): never => {
      throw error;
    };
    await expect(all.track(thenable({ value: then }))).rejects.toBe(error);
    expect(all.count).toBe(0);
  });

  it('rejects if reading `then` throws, and counts nothing', async () => {
    const fire = vi.fn();
    const all = new ASemaphore(fire);
    const error = new Error('mine');
    const get = (): never => {
      throw error;
    };
    const tracked = all.track(thenable({ get }));
    expect(all.count).toBe(0);
    await expect(tracked).rejects.toBe(error);
    expect(fire).not.toHaveBeenCalled();
  });

  it.each([
    [1, '1'],
    ['promise', '"promise"'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, '[object Object]'],
    [() => {}, 'a function'],
    [thenable({ value: 'now' }), '[object Object]'],
  ])('rejects for %o, which is no promise, and counts nothing', async (value, shown) => {
    const fire = vi.fn();
    const all = new ASemaphore(fire);
    const tracked = all.track(value as never);
    expect(all.count).toBe(0);
    await expect(tracked).rejects.toThrow(new TypeError(`promise must be a promise, but is ${shown}`));
    expect(fire).not.toHaveBeenCalled();
  });

  it('rejects if the count would leave the safe integers', async () => {
    const all = new ASemaphore(Number.MAX_SAFE_INTEGER);
    await expect(all.track(Promise.resolve())).rejects.toThrow(RangeError);
    expect(all.count).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([
    ['resolved', () => Promise.resolve('value')],
    ['rejected', () => Promise.reject(new Error('mine'))],
  ])('reports what the function throws, and a %s outcome stays as it is', async (_, make) => {
    const error = new Error('fire');
    const all = new ASemaphore(() => {
      throw error;
    });
    const outcomes = await Promise.allSettled([make(), all.track(make())]);
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(reported.mock.calls).toEqual([[error]]);
    expect(all.count).toBe(0);
  });

  it('settles before the waits for zero do', async () => {
    const all = new ASemaphore();
    watch('tracked', all.track(Promise.resolve()));
    watch('waiter', all.wait());
    await microtasks();
    expect(log).toEqual(['tracked', 'waiter']);
  });

  it('counts several promises', async () => {
    const all = new ASemaphore();
    const promises = [Promise.resolve(1), Promise.reject(new Error('mine')), microtasks()];
    const tracked = promises.map((promise) => all.track<unknown>(promise));
    expect(all.count).toBe(3);
    const settled = Promise.allSettled(tracked);
    await all.wait();
    expect(all.count).toBe(0);
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

describe('wait', () => {
  it('resolves immediately at zero', async () => {
    expect(await new ASemaphore().wait()).toBeUndefined();
    await new ASemaphore().wait({ timeout: 0 });
    const all = new ASemaphore(1);
    all.p();
    await all.wait({ timeout: 5 });
    expect(all.waiting).toBe(0);
  });

  it('resolves when the count comes to zero, before the function is called', async () => {
    const all = new ASemaphore(2, () => {
      log.push(`fires with ${all.waiting} waiting`);
    });
    watch('A', all.wait());
    watch('B', all.wait({ timeout: 100 }));
    all.p();
    await microtasks();
    expect(log).toEqual([]);
    expect(all.waiting).toBe(2);
    all.p();
    await microtasks();
    expect(log).toEqual(['fires with 0 waiting', 'A', 'B']);
  });

  it('ends even if the function counts up again', async () => {
    const all = new ASemaphore(1, () => {
      all.v();
    });
    const wait = all.wait();
    all.p();
    expect(all.count).toBe(1);
    await wait;
    watch('next', all.wait());
    await microtasks();
    expect(log).toEqual([]);
    expect(all.waiting).toBe(1);
  });

  it('ends for all waiters, in the order of arrival', async () => {
    const all = new ASemaphore(1);
    for (const name of ['A', 'B', 'C']) watch(name, all.wait());
    all.p();
    await microtasks();
    expect(log).toEqual(['A', 'B', 'C']);
  });

  it('times out with a message, and changes neither the count nor other waits', async () => {
    const all = new ASemaphore(1);
    const wait = expect(all.wait({ timeout: 50 })).rejects.toThrow(
      new TimeoutError('ASemaphore: wait() timed out after 50 ms'),
    );
    watch('other', all.wait());
    vi.advanceTimersByTime(49);
    expect(all.waiting).toBe(2);
    vi.advanceTimersByTime(1);
    expect(all.waiting).toBe(1);
    await wait;
    expect(all.count).toBe(1);
    all.p();
    await microtasks();
    expect(log).toEqual(['other']);
  });

  it.each([[0], [-5]])('with a timeout of %d ends immediately if the count is not zero', async (timeout) => {
    const all = new ASemaphore(1);
    const wait = all.wait({ timeout });
    expect(all.waiting).toBe(0);
    await expect(wait).rejects.toThrow(TimeoutError);
  });

  it('ends when its signal aborts, and leaves no listener however it ends', async () => {
    const all = new ASemaphore(1);
    const reason = new Error('mine');
    const controller = new AbortController();
    const { signal } = controller;
    const waits = [all.wait({ signal }), all.wait({ signal })].map((wait) => expect(wait).rejects.toBe(reason));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    controller.abort(reason);
    expect(all.waiting).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await Promise.all(waits);
    expect(all.count).toBe(1);

    const kept = new AbortController().signal;
    const wait = all.wait({ signal: kept, timeout: 100 });
    all.p();
    expect(getEventListeners(kept, 'abort')).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
    await wait;
  });

  it('rejects with the reason of an aborted signal even at zero', async () => {
    await expect(new ASemaphore().wait({ signal: AbortSignal.abort('no') })).rejects.toBe('no');
  });

  it('counts as aborted even before its listener has run', async () => {
    const all = new ASemaphore(1);
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => all.p());
    watch('A', all.wait({ signal: controller.signal }));
    watch('B', all.wait());
    controller.abort();
    await microtasks();
    expect(log).toHaveLength(2);
    expect(log).toEqual(expect.arrayContaining(['A: AbortError', 'B']));
  });

  it('rejects for bad arguments, at zero too', async () => {
    for (const all of [new ASemaphore(), new ASemaphore(1)]) {
      await expect(all.wait({ timeout: Number.NaN })).rejects.toThrow(/^timeout must be /);
      await expect(all.wait({ signal: 'stop' as never })).rejects.toThrow(/^signal must be /);
      await expect(all.wait({ timeout: null as never })).rejects.toThrow(/^timeout must be /);
      await expect(all.wait(5 as never)).rejects.toThrow(/^options must be /);
      await expect(all.wait((() => {}) as never)).rejects.toThrow(/^options must be /);
      expect(all.waiting).toBe(0);
    }
  });
});

describe('cancel', () => {
  it('ends every wait, in the order of arrival, and keeps the count', async () => {
    const fire = vi.fn();
    const all = new ASemaphore(1, fire);
    watch('A', all.wait());
    watch('B', all.wait({ timeout: 10 }));
    all.cancel();
    expect(all.waiting).toBe(0);
    expect(all.count).toBe(1);
    await microtasks();
    expect(log).toEqual(['A: AbortError', 'B: AbortError']);
    expect(fire).not.toHaveBeenCalled();
    all.p();
    expect(fire).toHaveBeenCalledTimes(1);
  });

  it('passes its reason on, or an AbortError that names cancel()', async () => {
    const all = new ASemaphore(1);
    const reason = { mine: true };
    const first = expect(all.wait()).rejects.toBe(reason);
    all.cancel(reason);
    await first;
    const second = expect(all.wait()).rejects.toThrow(new AbortError('ASemaphore: cancel() ended the wait'));
    all.cancel();
    await second;
  });

  it('ends a wait once, even if its timer fires while it leaves a foreign signal', async () => {
    const all = new ASemaphore(1);
    const signal = { aborted: false, addEventListener() {}, removeEventListener: () => vi.advanceTimersByTime(5) };
    watch('A', all.wait({ timeout: 5, signal: signal as never }));
    watch('B', all.wait());
    all.cancel();
    await microtasks();
    expect(log).toEqual(['A: AbortError', 'B: AbortError']);
    expect(all.waiting).toBe(0);
  });

  it('misses neither zero nor an abort that comes while a wait begins to listen', async () => {
    const all = new ASemaphore(1);
    const zero = { aborted: false, addEventListener: () => all.p(), removeEventListener() {} };
    watch('A', all.wait({ signal: zero as never }));
    await microtasks();
    all.v();
    const abort = (): void => void Object.assign(aborted, { aborted: true, reason: new AbortError('no') });
    const aborted = { aborted: false, addEventListener: abort, removeEventListener() {} };
    watch('B', all.wait({ signal: aborted as never }));
    await microtasks();
    expect(log).toEqual(['A', 'B: AbortError']);
    expect(all.waiting).toBe(0);
  });

  it('in the function ends no wait, because all have ended', async () => {
    const all = new ASemaphore(1, () => all.cancel());
    const wait = all.wait();
    all.p();
    expect(await wait).toBeUndefined();
  });
});

describe('looking', () => {
  it('shows the count and how many wait in util.inspect', () => {
    const all = new ASemaphore(2, () => {});
    void all.wait();
    expect(inspect(all)).toBe('ASemaphore { count: 2, waiting: 1 }');
    expect(inspect(new ASemaphore(1, undefined, { name: 'jobs' }))).toBe('ASemaphore "jobs" { count: 1, waiting: 0 }');
  });

  it('has a string tag', () => {
    expect(Object.prototype.toString.call(new ASemaphore())).toBe('[object ASemaphore]');
  });

  it('cannot be changed by assignment', () => {
    const all = new ASemaphore(1);
    expect(() => Object.assign(all, { count: 5 })).toThrow(TypeError);
    expect(() => Object.assign(all, { waiting: 5 })).toThrow(TypeError);
    expect(all.count).toBe(1);
    const frozen = Object.freeze(new ASemaphore(1));
    expect(frozen.p()).toBe(0);
  });
});

describe('the classic use', () => {
  it('fires when all jobs are done, and not before all have begun', () => {
    const jobs = [
      (done: () => void) => done(),
      (done: () => void) => void setTimeout(done, 10),
      (done: () => void) => void setTimeout(done, 5),
    ];
    const done = vi.fn();
    const all = new ASemaphore(done);
    all.v();
    for (const job of jobs) {
      all.v();
      job(() => all.p());
      expect(done).not.toHaveBeenCalled();
    }
    all.p();
    vi.advanceTimersByTime(9);
    expect(done).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(done).toHaveBeenCalledTimes(1);
  });
});

describe('reading a promise', () => {
  it('that fails leaves no wait for zero behind', async () => {
    const all = new ASemaphore();
    const then = {
      get() {
        watch('zero', all.wait());
        throw new Error('unreadable');
      },
    };
    watch('tracked', all.track(thenable(then)));
    await microtasks();
    expect(log).toEqual(['zero', 'tracked: Error']);
    expect([all.count, all.waiting]).toEqual([0, 0]);
  });

  it('that fails counts nothing, whatever it does', async () => {
    const all = new ASemaphore(1);
    const then = {
      get() {
        all.p();
        throw new Error('unreadable');
      },
    };
    watch('tracked', all.track(thenable(then)));
    await microtasks();
    expect(all.count).toBe(0);
  });

  it('counts nothing when the count can go no further', async () => {
    const all = new ASemaphore(Number.MAX_SAFE_INTEGER);
    await expect(all.track(Promise.resolve())).rejects.toThrow(RangeError);
    await expect(all.track(Promise.reject(new Error('no')))).rejects.toThrow(RangeError);
    await microtasks();
    expect(all.count).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('an ASemaphore', () => {
  it('ends waits in the order of arrival, and ignores priorities', async () => {
    const all = new ASemaphore(1);
    watch('first', all.wait());
    watch('second', all.wait({ priority: 5 } as object));
    watch('third', all.wait({ priority: 'none' } as object));
    all.p();
    await microtasks();
    expect(log).toEqual(['first', 'second', 'third']);
  });

  it('says what timed out', async () => {
    const all = new ASemaphore(1);
    await expect(all.wait({ timeout: 0 })).rejects.toThrow('ASemaphore: wait() timed out after 0 ms');
    const later = expect(all.wait({ timeout: 5 })).rejects.toThrow('ASemaphore: wait() timed out after 5 ms');
    vi.advanceTimersByTime(5);
    await later;
  });

  it('fires again even if reporting an error has failed', async () => {
    const failure = new Error('no report');
    vi.stubGlobal('reportError', vi.fn().mockThrow(failure));
    const fire = vi.fn(() => {
      if (fire.mock.calls.length === 1) {
        all.v();
        all.p();
      } else if (fire.mock.calls.length === 2) {
        throw new Error('second');
      }
    });
    const all = new ASemaphore(1, fire);
    const errors = await uncaught('uncaughtException', () => all.p());
    all.v();
    all.p();
    expect(fire).toHaveBeenCalledTimes(3);
    expect(errors).toEqual([failure]);
  });
});
