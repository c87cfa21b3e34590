import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllGlobals());

it('keeps the store of an AsyncLocalStorage, where the runtime has node:async_hooks', async () => {
  const { captureAsyncContext } = await import('../src/async-context.ts');
  const storage = new AsyncLocalStorage<string>();
  const context = storage.run('captured', captureAsyncContext);
  const seen: unknown[] = [];
  const self = {};
  const look = function (this: unknown): void {
    seen.push(storage.getStore(), this);
  };
  storage.run('later', () => context?.runInAsyncScope(look, self));
  expect(seen[0]).toBe('captured');
  expect(seen[1]).toBe(self);
  expect(() =>
    context?.runInAsyncScope(() => {
      throw new Error('mine');
    }, self),
  ).toThrow('mine');
});

it('prefers AsyncContext where the runtime has it', async () => {
  let current = 'outside';
  class Snapshot {
    readonly #captured = current;
    run(fn: () => void): void {
      const before = current;
      current = this.#captured;
      fn();
      current = before;
    }
  }
  vi.stubGlobal('AsyncContext', { Snapshot });
  const { captureAsyncContext } = await import('../src/async-context.ts');
  current = 'captured';
  const context = captureAsyncContext();
  current = 'later';
  const seen: unknown[] = [];
  const self = {};
  context?.runInAsyncScope(function (this: unknown) {
    seen.push(current, this);
  }, self);
  expect(seen).toEqual(['captured', self]);
  expect(current).toBe('later');
});

it.each([
  ['no process', undefined],
  ['a process without getBuiltinModule', {}],
  ['a process without node:async_hooks', { getBuiltinModule: () => undefined }],
])('keeps nothing where there is %s', async (_, process) => {
  vi.stubGlobal('process', process);
  const { captureAsyncContext } = await import('../src/async-context.ts');
  expect(captureAsyncContext()).toBe(undefined);
  expect(captureAsyncContext()).toBe(undefined);
  vi.unstubAllGlobals();
});

it('runs waiting callbacks also where there is no context to keep', async () => {
  vi.stubGlobal('process', undefined);
  const { DeferredWaiter } = await import('../src/deferred-waiter.ts');
  const { deliver } = await import('../src/delivery.ts');
  const told = vi.fn();
  class Listener extends DeferredWaiter<void> {
    protected override onGrant(): void {
      this.post();
    }
    protected override onGiveUp(): void {}
    protected override tell(): void {
      told(this);
    }
  }
  const listener = new Listener(undefined);
  listener.grant();
  deliver();
  vi.unstubAllGlobals();
  expect(told.mock.calls).toEqual([[listener]]);
});

it('looks at the runtime once', async () => {
  const getBuiltinModule = vi.fn();
  vi.stubGlobal('process', { getBuiltinModule });
  const { captureAsyncContext } = await import('../src/async-context.ts');
  captureAsyncContext();
  captureAsyncContext();
  vi.unstubAllGlobals();
  expect(getBuiltinModule.mock.calls).toEqual([['node:async_hooks']]);
});

it('keeps the store where AsyncContext is something else', async () => {
  vi.stubGlobal('AsyncContext', { Variable: class {} });
  const { captureAsyncContext } = await import('../src/async-context.ts');
  const storage = new AsyncLocalStorage<string>();
  const context = storage.run('captured', captureAsyncContext);
  const seen: unknown[] = [];
  context?.runInAsyncScope(() => seen.push(storage.getStore()), undefined);
  expect(seen).toEqual(['captured']);
});

it('makes a resource with a name, which asks nobody to destroy it', async () => {
  const AsyncResource = vi.fn(class {});
  vi.stubGlobal('process', { getBuiltinModule: () => ({ AsyncResource }) });
  const { captureAsyncContext } = await import('../src/async-context.ts');
  captureAsyncContext();
  vi.unstubAllGlobals();
  expect(AsyncResource.mock.calls).toEqual([['valvekit', { requireManualDestroy: true }]]);
});
