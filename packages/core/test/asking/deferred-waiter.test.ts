import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { bothForms, DeferredWaiter, deliver, sandbox } from '@valvekit/core/line';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { foreignSignal } from '../foreign-signal.ts';
import { ENTER, Permits } from '../permits.ts';

const reported = vi.fn<(error: unknown) => void>();
const terms = ENTER.terms(undefined);

beforeEach(() => {
  reported.mockReset();
  vi.stubGlobal('reportError', reported);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.resetModules();
});

class Listener extends DeferredWaiter<number> {
  readonly #fn: () => void;

  constructor(permits: Permits, fn: () => void) {
    super(permits.line, 1, ENTER);
    this.#fn = fn;
  }

  protected override onGrant(): void {
    this.post();
  }

  protected override onGiveUp(): void {
    this.post();
  }

  protected override tell(): void {
    this.#fn();
  }
}

describe('a DeferredWaiter', () => {
  it('calls its function in deliver(), and not before', () => {
    const permits = new Permits(0);
    const log: string[] = [];
    for (const name of ['a', 'b']) permits.line.join(new Listener(permits, () => log.push(name)), terms);
    permits.free = 2;
    permits.line.drain();
    expect([log, permits.line.size]).toEqual([[], 0]);
    deliver();
    expect(log).toEqual(['a', 'b']);
  });

  it('reports what its function throws, and the others are told', () => {
    const permits = new Permits(0);
    const error = new Error('mine');
    const next = vi.fn();
    permits.line.join(new Listener(permits, vi.fn().mockThrow(error)), terms);
    permits.line.join(new Listener(permits, next), terms);
    expect(() => permits.line.giveBack(2)).not.toThrow();
    expect([reported.mock.calls, next.mock.calls.length]).toEqual([[[error]], 1]);
  });

  it('works when it is told without ever having joined a line', () => {
    const fn = vi.fn();
    new Listener(new Permits(0), fn).grant();
    deliver();
    expect(fn).toHaveBeenCalledOnce();
  });

  it('runs its function in the async context in which it joined', () => {
    const storage = new AsyncLocalStorage<string>();
    const permits = new Permits(0);
    const seen: unknown[] = [];
    storage.run('joins', () => permits.line.join(new Listener(permits, () => seen.push(storage.getStore())), terms));
    permits.line.join(new Listener(permits, () => seen.push(storage.getStore())), terms);
    storage.run('releases', () => permits.line.giveBack(2));
    expect(seen).toEqual(['joins', undefined]);
  });

  it('opens no context if it cannot join', () => {
    const contexts = new Contexts();
    const permits = new Permits(0);
    const signal = foreignSignal({ addEventListener: vi.fn().mockThrow(new Error('no listeners')) });
    const join = () => permits.line.join(new Listener(permits, () => {}), ENTER.terms({ signal }));
    // The first waiter of a program looks for contexts.
    permits.line.join(new Listener(permits, () => {}), terms);
    contexts.watch();
    expect(join).toThrow('no listeners');
    expect([contexts.end(), permits.line.size]).toEqual([{ opened: 0 }, 1]);
  });
});

/** Counts the contexts that are opened. Their closing is seen a task later. */
class Contexts {
  readonly opened: Set<number> = new Set();
  readonly closed: Set<number> = new Set();
  readonly #hook = createHook({
    init: (id, type) => void (type === 'valvekit' && this.opened.add(id)),
    destroy: (id) => void this.closed.add(id),
  });

  watch(): void {
    this.#hook.enable();
  }

  end(): { opened: number } {
    this.#hook.disable();
    return { opened: this.opened.size };
  }

  get left(): number {
    return [...this.opened].filter((id) => !this.closed.has(id)).length;
  }
}

describe('the async context of a waiter is closed', () => {
  const error = new Error('mine');
  const endings: [string, (permits: Permits, controller: AbortController) => void][] = [
    ['it is granted and has run', (permits) => permits.line.giveBack(1)],
    ['it times out', () => vi.advanceTimersByTime(50)],
    ['its signal aborts', (_, controller) => controller.abort(error)],
    ['it is cancelled', (permits) => permits.line.cancelAll(error)],
  ];
  const functions: [string, () => unknown][] = [
    ['returns', () => {}],
    ['returns a promise', () => Promise.resolve()],
    ['throws', vi.fn().mockThrow(error)],
  ];
  const forms: [string, (permits: Permits, fn: () => unknown, options: object) => unknown][] = [
    ['callback', (permits, fn, options) => bothForms(permits.line, ENTER, undefined, permits, () => fn(), options)],
    [
      'sandbox',
      (permits, fn, options) => sandbox(permits.line, ENTER, undefined, fn, options).then(undefined, () => {}),
    ],
  ];

  describe.each(forms)('of a %s', (_, ask) => {
    it.each(endings)('when %s', async (_, end) => {
      const setImmediate = globalThis.setImmediate;
      const contexts = new Contexts();
      contexts.watch();
      for (const [, fn] of functions) {
        const permits = new Permits(0);
        const controller = new AbortController();
        ask(permits, fn, { timeout: 50, signal: controller.signal });
        expect([permits.line.size, contexts.left > 0]).toEqual([1, true]);
        end(permits, controller);
        expect(permits.line.size).toBe(0);
      }
      await new Promise<void>((resolve) => void setImmediate(resolve));
      contexts.end();
      expect(contexts.opened.size).toBeGreaterThanOrEqual(functions.length);
      expect(contexts.left).toBe(0);
    });
  });

  it('before the outcome of a sandbox that gave up is known', async () => {
    const log: string[] = [];
    const { lock, line } = await lockWith(() => log.push('closed'));
    const wait = line.sandbox(lock, ENTER, undefined, () => {}, undefined).catch(() => log.push('rejected'));
    log.length = 0;
    lock.cancelAll('over');
    await wait;
    expect(log).toEqual(['closed', 'rejected']);
  });
});

describe('a context that cannot be closed', () => {
  it('is reported, and changes no outcome', async () => {
    const failure = new Error('cannot close');
    const close = vi.fn();
    const { lock, open, line } = await lockWith(close);
    const callbacks = [vi.fn(), vi.fn()];
    for (const callback of callbacks) void line.bothForms(lock, ENTER, undefined, {}, callback, undefined);
    const sandboxed = line.sandbox(lock, ENTER, undefined, () => 'ran', undefined);
    close.mockThrow(failure);
    open();
    expect(callbacks.map(({ mock }) => mock.calls)).toEqual([[[]], [[]]]);
    expect(await sandboxed).toBe('ran');
    expect(reported.mock.calls).toEqual([[failure], [failure], [failure]]);
  });

  it('is reported when a wait is given up, which ends with its reason', async () => {
    const failure = new Error('cannot close');
    const close = vi.fn();
    const { lock, line } = await lockWith(close);
    const callback = vi.fn();
    void line.bothForms(lock, ENTER, undefined, {}, callback, undefined);
    const sandboxed = line.sandbox(lock, ENTER, undefined, () => 'ran', undefined);
    close.mockThrow(failure);
    lock.cancelAll('over');
    expect(callback.mock.calls).toEqual([['over']]);
    await expect(sandboxed).rejects.toBe('over');
    expect(reported.mock.calls).toEqual([[failure], [failure]]);
  });
});

describe('without a context', () => {
  it('functions run and waits are given up all the same', async () => {
    const granted = await lockWith(undefined);
    const refused = await lockWith(undefined);
    const callback = vi.fn();
    const sandboxed = [granted, refused].map(({ line, lock }) => {
      void line.bothForms(lock, ENTER, undefined, {}, callback, undefined);
      return line.sandbox(lock, ENTER, undefined, () => 'ran', undefined);
    });
    granted.open();
    expect(await sandboxed[0]).toBe('ran');
    refused.lock.cancelAll('over');
    await expect(sandboxed[1]).rejects.toBe('over');
    expect(callback.mock.calls).toEqual([[], ['over']]);
  });
});

/**
 * A line that is shut until `open` is called, of sources that are loaded anew where the runtime has one kind of context.
 *
 * @param close - closes a context; without it there is none
 */
async function lockWith(close: (() => void) | undefined) {
  vi.resetModules();
  const line = await import('../../src/line.ts');
  class AsyncResource {
    emitDestroy(): void {
      close?.();
    }
    runInAsyncScope(fn: () => void, self: unknown): void {
      fn.call(self);
    }
  }
  let isOpen = false;
  const owner = { name: undefined, [Symbol.toStringTag]: 'Lock' };
  const lock = new line.WaiterQueue<number>(
    owner,
    () => isOpen,
    () => {},
  );
  const open = (): void => {
    isOpen = true;
    lock.moveUp();
  };
  vi.stubGlobal('process', { getBuiltinModule: () => (close === undefined ? undefined : { AsyncResource }) });
  // The runtime is asked when the first function has to wait.
  void line.bothForms(lock, ENTER, undefined, {}, () => {}, undefined);
  vi.unstubAllGlobals();
  vi.stubGlobal('reportError', reported);
  lock.cancelAll('probed');
  return { line, lock, open };
}
