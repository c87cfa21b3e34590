import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => void vi.resetModules());
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** The function, of a module that has not looked for contexts yet. */
async function load() {
  return (await import('../../src/runtime/async-context.ts')).captureAsyncContext;
}

/** A global variable of the kind that contexts are made of. */
class Variable {
  value = 'outside';

  run<R>(value: string, fn: () => R): R {
    const before = this.value;
    this.value = value;
    try {
      return fn();
    } finally {
      this.value = before;
    }
  }
}

/** What the proposal for AsyncContext has, for one variable. */
function snapshotOf(variable: Variable) {
  return class Snapshot {
    readonly #captured = variable.value;
    run<A extends unknown[]>(fn: (...args: A) => void, ...args: A): void {
      variable.run(this.#captured, () => fn(...args));
    }
  };
}

/** What zone.js has, for one variable. */
function zoneOf(variable: Variable) {
  return {
    get current() {
      const captured = variable.value;
      return {
        run(fn: (...args: unknown[]) => void, self: unknown, args: unknown[]): void {
          variable.run(captured, () => fn.apply(self, args));
        },
      };
    },
  };
}

/** What node:async_hooks has, for one variable. */
function resourceOf(variable: Variable, destroyed: (captured: string) => void) {
  return class AsyncResource {
    readonly #captured = variable.value;
    runInAsyncScope(fn: (...args: unknown[]) => void, self: unknown, ...args: unknown[]): void {
      variable.run(this.#captured, () => fn.apply(self, args));
    }
    emitDestroy(): void {
      destroyed(this.#captured);
    }
  };
}

/** A process whose AsyncResource is of this class. */
function processWith(AsyncResource: unknown) {
  return { getBuiltinModule: vi.fn((_name: string) => ({ AsyncResource })) };
}

const self = { mine: true };

/** Captures a context, and runs a function in it from another one: what that function sees, and its `this`. */
function lookLater(captureAsyncContext: Awaited<ReturnType<typeof load>>) {
  const storage = new AsyncLocalStorage<string>();
  const context = storage.run('captured', captureAsyncContext);
  const seen: unknown[] = [];
  const look = function (this: unknown): void {
    seen.push(storage.getStore(), this);
  };
  storage.run('later', () => context?.runInAsyncScope(look, self));
  return { context, seen };
}

describe('with the AsyncLocalStorage of Node', () => {
  it('runs a function in the context that was captured, with its `this`', async () => {
    const { context, seen } = lookLater(await load());
    expect(seen[0]).toBe('captured');
    expect(seen[1]).toBe(self);
    context?.emitDestroy?.();
  });

  it('passes on what the function throws', async () => {
    const context = (await load())();
    const error = new Error('mine');
    expect(() => context?.runInAsyncScope(vi.fn().mockThrow(error), self)).toThrow(error);
    context?.emitDestroy?.();
  });

  it('closes every context that it opens, once', async () => {
    const captureAsyncContext = await load();
    const [opened, closed] = [[] as number[], [] as number[]];
    const hook = createHook({
      init: (id, type) => void (type === 'valvekit' && opened.push(id)),
      destroy: (id) => void closed.push(id),
    }).enable();
    const context = captureAsyncContext();
    context?.runInAsyncScope(() => {}, self);
    context?.emitDestroy?.();
    await new Promise((resolve) => setImmediate(resolve));
    hook.disable();
    // One more to find out whether it works.
    expect(opened).toHaveLength(2);
    expect(closed.filter((id) => opened.includes(id))).toEqual(opened);
  });

  it('asks for the built-in module once, and names its resources', async () => {
    const destroyed = vi.fn();
    const AsyncResource = vi.fn(resourceOf(new Variable(), destroyed));
    const process = processWith(AsyncResource);
    vi.stubGlobal('process', process);
    const captureAsyncContext = await load();
    captureAsyncContext();
    captureAsyncContext();
    expect(process.getBuiltinModule.mock.calls).toEqual([['node:async_hooks']]);
    expect(AsyncResource.mock.calls as unknown[]).toEqual([['valvekit'], ['valvekit'], ['valvekit']]);
    expect(destroyed).toHaveBeenCalledOnce();
  });

  it('captures nothing in a build for browsers', async () => {
    vi.doMock('../../src/runtime/async-resource.ts', () => import('../../src/runtime/async-resource.browser.ts'));
    try {
      expect((await load())()).toBe(undefined);
    } finally {
      vi.doUnmock('../../src/runtime/async-resource.ts');
    }
  });
});

describe('with AsyncContext', () => {
  it('runs a function in the snapshot, with its `this`', async () => {
    const variable = new Variable();
    vi.stubGlobal('process', undefined);
    vi.stubGlobal('AsyncContext', { Snapshot: snapshotOf(variable) });
    const captureAsyncContext = await load();
    const context = variable.run('captured', captureAsyncContext);
    const seen: unknown[] = [];
    const look = function (this: unknown): void {
      seen.push(variable.value, this);
    };
    variable.run('later', () => context?.runInAsyncScope(look, self));
    expect(seen).toEqual(['captured', self]);
    expect(seen[1]).toBe(self);
    expect(context).not.toHaveProperty('emitDestroy');
  });

  it.each([
    ['has no Snapshot', { Variable: class {} }],
    ['has a Snapshot that cannot be constructed', { Snapshot: vi.fn().mockThrow(new Error('not here')) }],
    ['has a Snapshot that cannot run', { Snapshot: class {} }],
  ])('keeps the store of Node where it %s', async (_, AsyncContext) => {
    vi.stubGlobal('AsyncContext', AsyncContext);
    const captureAsyncContext = await load();
    const storage = new AsyncLocalStorage<string>();
    const context = storage.run('captured', captureAsyncContext);
    const seen: unknown[] = [];
    context?.runInAsyncScope(() => seen.push(storage.getStore()), self);
    context?.emitDestroy?.();
    expect(seen).toEqual(['captured']);
  });
});

describe('with zone.js', () => {
  it('runs a function in the zone that was current, with its `this`', async () => {
    const variable = new Variable();
    vi.stubGlobal('process', undefined);
    vi.stubGlobal('Zone', zoneOf(variable));
    const captureAsyncContext = await load();
    const context = variable.run('angular', captureAsyncContext);
    const seen: unknown[] = [];
    const look = function (this: unknown): void {
      seen.push(variable.value, this);
    };
    variable.run('root', () => context?.runInAsyncScope(look, self));
    expect(seen).toEqual(['angular', self]);
    expect(seen[1]).toBe(self);
  });

  it.each([
    ['has nothing current', class Zone {}],
    ['has something current that cannot run', { current: 'Central European Time' }],
  ])('captures nothing where `Zone` is something else, and %s', async (_, Zone) => {
    vi.stubGlobal('process', undefined);
    vi.stubGlobal('Zone', Zone);
    expect((await load())()).toBe(undefined);
  });
});

describe('on Cloudflare Workers', () => {
  beforeEach(() => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });
    vi.stubGlobal('process', undefined);
  });

  it('runs a function in a reaction of the caller, with its `this`', async () => {
    const { seen } = lookLater(await load());
    expect(seen).toEqual([]);
    await Promise.resolve();
    expect(seen).toEqual(['captured', self]);
    expect(seen[1]).toBe(self);
  });

  it('runs functions in order, those that one of them asks for as well', async () => {
    const context = (await load())();
    const seen: number[] = [];
    const ask = (number: number, then?: () => void): void =>
      context?.runInAsyncScope(() => {
        seen.push(number);
        then?.();
      }, undefined);
    ask(1, () => ask(3, () => ask(4)));
    ask(2);
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(seen).toEqual([1, 2, 3, 4]);
    ask(5);
    await Promise.resolve();
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('reports what a function throws, and runs the next', async () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const context = (await load())();
    const error = new Error('mine');
    const next = vi.fn();
    context?.runInAsyncScope(vi.fn().mockThrow(error), self);
    context?.runInAsyncScope(next, self);
    await Promise.resolve();
    expect(reported.mock.calls).toEqual([[error]]);
    expect(next.mock.contexts).toEqual([self]);
  });

  it('captures the store of Node elsewhere', async () => {
    vi.unstubAllGlobals();
    vi.stubGlobal('navigator', { userAgent: 'Node.js/26' });
    const captureAsyncContext = await load();
    const storage = new AsyncLocalStorage<string>();
    const context = storage.run('captured', captureAsyncContext);
    const look = vi.fn(() => storage.getStore());
    context?.runInAsyncScope(look, self);
    context?.emitDestroy?.();
    expect(look).toHaveReturnedWith('captured');
  });
});

describe('with several kinds of context', () => {
  it('keeps them all, and closes them all', async () => {
    const [snapshot, zone, resource] = [new Variable(), new Variable(), new Variable()];
    const destroyed = vi.fn();
    vi.stubGlobal('AsyncContext', { Snapshot: snapshotOf(snapshot) });
    vi.stubGlobal('Zone', zoneOf(zone));
    vi.stubGlobal('process', processWith(resourceOf(resource, destroyed)));
    const captureAsyncContext = await load();
    const context = snapshot.run('s', () => zone.run('z', () => resource.run('r', captureAsyncContext)));
    destroyed.mockClear();
    const seen: unknown[] = [];
    const look = function (this: unknown): void {
      seen.push(snapshot.value, zone.value, resource.value, this);
    };
    context?.runInAsyncScope(look, self);
    expect(seen).toEqual(['s', 'z', 'r', self]);
    expect(seen[3]).toBe(self);
    expect([snapshot.value, zone.value, resource.value]).toEqual(['outside', 'outside', 'outside']);
    context?.emitDestroy?.();
    expect(destroyed.mock.calls).toEqual([['r']]);
  });

  it('runs a function where none of them has to be closed', async () => {
    const variable = new Variable();
    vi.stubGlobal('AsyncContext', { Snapshot: snapshotOf(variable) });
    vi.stubGlobal('Zone', zoneOf(variable));
    vi.stubGlobal('process', undefined);
    const context = (await load())();
    const run = vi.fn();
    context?.runInAsyncScope(run, self);
    context?.emitDestroy?.();
    expect(run.mock.contexts).toEqual([self]);
  });
});

describe('a queued callback', () => {
  it('runs where its context need not be closed, and so does the one after it', async () => {
    const variable = new Variable();
    vi.stubGlobal('AsyncContext', { Snapshot: snapshotOf(variable) });
    const { process } = globalThis;
    vi.stubGlobal('process', undefined);
    const { Mutex } = await import('valvekit');
    const mutex = new Mutex();
    mutex.tryLock();
    const log: string[] = [];
    const unlock = (): void => {
      log.push(variable.value);
      mutex.unlock();
    };
    for (const name of ['one', 'two']) variable.run(name, () => mutex.lock(unlock));
    mutex.unlock();
    vi.stubGlobal('process', process);
    expect([log, mutex.isLocked]).toEqual([['one', 'two'], false]);
  });
});

describe('where there is no context', () => {
  const fails = vi.fn(() => {
    throw new Error('not supported here');
  });
  beforeEach(() => void fails.mockClear());

  it.each([
    ['there is no process', undefined],
    ['the process has no getBuiltinModule()', {}],
    ['there is no node:async_hooks', { getBuiltinModule: () => undefined }],
    ['node:async_hooks has no AsyncResource', { getBuiltinModule: () => ({}) }],
    ['getBuiltinModule() throws', { getBuiltinModule: fails }],
    ['an AsyncResource cannot be constructed', processWith(vi.fn(fails))],
    ['an AsyncResource cannot run', processWith(class {})],
  ])('captures nothing if %s', async (_, process) => {
    vi.stubGlobal('process', process);
    const captureAsyncContext = await load();
    expect(captureAsyncContext()).toBe(undefined);
    expect(captureAsyncContext()).toBe(undefined);
    // What fails is not tried again for each waiter.
    expect(fails.mock.calls.length).toBeLessThanOrEqual(1);
  });

  it.each(['process', 'Zone', 'AsyncContext', 'navigator'])('captures nothing if reading `%s` throws', async (name) => {
    vi.stubGlobal('process', undefined);
    const captureAsyncContext = await load();
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { get: fails, configurable: true });
    try {
      expect(captureAsyncContext()).toBe(undefined);
      expect(captureAsyncContext()).toBe(undefined);
    } finally {
      if (before === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, before);
    }
    expect(fails).toHaveBeenCalledOnce();
  });
});
