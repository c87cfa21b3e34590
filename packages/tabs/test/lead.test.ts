import { AsyncLocalStorage } from 'node:async_hooks';
import { LeaseLostError, lead, TimeoutError } from '@valvekit/tabs';
import { FakeBrowser, type FakeTab } from '@valvekit-internal/laws/web-locks/fake-browser';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakePage } from './page.ts';
import { locksOf, within } from './tabs-under-test.ts';

let browser: FakeBrowser;
let tabs: [FakeTab, FakeTab];
let page: FakePage;

beforeEach(() => {
  browser = new FakeBrowser();
  tabs = [browser.tab(), browser.tab()];
  page = new FakePage();
});

afterEach(() => page.restore());

/** Stands for leader in a tab, and leads until it is told to end. */
function stand(tab: FakeTab, options?: Parameters<typeof lead>[2]) {
  const terms: { signal: AbortSignal; end(value?: unknown): void; fail(error: unknown): void }[] = [];
  const over = within(tab, () =>
    lead('job', (signal) => new Promise((end, fail) => void terms.push({ signal, end, fail })), options),
  );
  const outcome = over.then(
    (value) => ['resolved', value],
    (error: unknown) => ['rejected', error],
  );
  return { terms, outcome };
}

const settle = () => browser.settle();

describe('lead', () => {
  it('runs fn in one tab at a time, until it ends', async () => {
    const [one, two] = tabs.map((tab) => stand(tab));
    await settle();
    expect([one?.terms.length, two?.terms.length]).toEqual([1, 0]);
    one?.terms[0]?.end('a result');
    expect(await one?.outcome).toEqual(['resolved', undefined]);
    await settle();
    expect(two?.terms.length).toBe(1);
    two?.terms[0]?.fail('mine');
    expect(await two?.outcome).toEqual(['rejected', 'mine']);
    await settle();
    expect([browser.held.size, browser.asked.size]).toEqual([0, 0]);
    expect(one?.terms[0]?.signal.aborted).toBe(false);
  });

  it('rejects with what fn throws', async () => {
    const over = within(tabs[0], () =>
      lead('job', () => {
        throw new Error('mine');
      }),
    );
    await expect(over).rejects.toThrow('mine');
    await settle();
    expect(browser.held.size).toBe(0);
  });

  it.each(['freeze', 'hide'] as const)('gives the lead up on %s, and stands again afterwards', async (event) => {
    const one = stand(tabs[0]);
    await settle();
    page[event]();
    const [term] = one.terms;
    expect(term?.signal.reason).toMatchObject({ name: 'AbortError', message: /frozen or hidden/ });
    await settle();
    expect([browser.held.size, browser.asked.size]).toEqual([0, 0]);
    // What becomes of a fn that has lost the lead is dropped.
    term?.fail(new Error('unwound'));
    page[event === 'freeze' ? 'show' : 'resume']();
    await settle();
    expect(one.terms.length).toBe(2);
    page.resume();
    page.show();
    await settle();
    expect([one.terms.length, one.terms[1]?.signal.aborted]).toEqual([2, false]);
    one.terms[1]?.end();
    expect(await one.outcome).toEqual(['resolved', undefined]);
  });

  it('drops the outcome of a fn that ends while the page is asleep', async () => {
    const one = stand(tabs[0]);
    await settle();
    page.freeze();
    one.terms[0]?.end();
    await settle();
    page.resume();
    await settle();
    expect(one.terms.length).toBe(2);
  });

  it('does not stand while the page is asleep', async () => {
    const [one, two] = tabs.map((tab) => stand(tab));
    await settle();
    page.freeze();
    await settle();
    expect([browser.held.size, browser.asked.size]).toEqual([0, 0]);
    page.resume();
    await settle();
    expect([browser.held.size, browser.asked.size]).toEqual([1, 1]);
    expect((one?.terms.length ?? 0) + (two?.terms.length ?? 0)).toBe(2);
  });

  it('tells of a theft, and stands again behind the thief', async () => {
    const one = stand(tabs[0]);
    await settle();
    let end = (): void => {};
    void tabs[1].request(
      'Leader:job',
      { steal: true },
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    await settle();
    const { signal } = one.terms[0] as { signal: AbortSignal };
    expect([signal.reason instanceof LeaseLostError, signal.reason.why]).toEqual([true, 'stolen']);
    expect(one.terms.length).toBe(1);
    end();
    await settle();
    expect(one.terms.length).toBe(2);
  });

  it('ends the wait for the first election by timeout and signal, and nothing later', async () => {
    const controller = new AbortController();
    const one = stand(tabs[0], { signal: controller.signal, timeout: 1e6 });
    await settle();
    const two = stand(tabs[1], { signal: controller.signal });
    const three = stand(tabs[1], { timeout: 0 });
    const [, late] = await three.outcome;
    expect([late instanceof TimeoutError, (late as Error).message]).toEqual([
      true,
      'Leader "job": lead() timed out after 0 ms',
    ]);
    controller.abort('enough');
    expect(await two.outcome).toEqual(['rejected', 'enough']);
    expect(one.terms[0]?.signal.aborted).toBe(false);
    page.freeze();
    page.resume();
    await settle();
    expect(one.terms.length).toBe(2);
  });

  it('refuses bad arguments, and Node.js', async () => {
    const bad: [unknown, unknown, unknown, RegExp][] = [
      [5, () => {}, undefined, /name must be a string, but is 5/],
      ['', () => {}, undefined, /name must be of 1 to 512/],
      ['a', 'fn', undefined, /fn must be a function, but is "fn"/],
      ['a', () => {}, null, /options must be an object/],
      ['a', () => {}, { timeout: 'soon' }, /timeout must be a number/],
    ];
    for (const [name, fn, options, message] of bad) {
      await expect(within(tabs[0], () => lead(name as never, fn as never, options as never))).rejects.toThrow(message);
    }
    await expect(within(tabs[0], () => lead('a', () => {}), 'Node.js/26')).rejects.toThrow('Node.js');
    await expect(within(undefined, () => lead('a', () => {}))).rejects.toThrow('navigator.locks is missing');
  });

  it('runs fn in the async context of its caller, as often as it is elected', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const over = context.run('mine', () =>
      within(tabs[0], () =>
        lead('job', async (signal) => {
          seen.push(context.getStore());
          if (seen.length === 1) await new Promise((resolve) => signal.addEventListener('abort', resolve));
        }),
      ),
    );
    await settle();
    page.freeze();
    context.run('another', () => page.resume());
    await over;
    expect(seen).toEqual(['mine', 'mine']);
  });
});

describe('lead, where there is no async context', () => {
  it('runs fn all the same', async () => {
    const { getBuiltinModule } = process;
    vi.resetModules();
    Object.assign(process, { getBuiltinModule: undefined });
    try {
      const fresh = await import('@valvekit/tabs');
      let runs = 0;
      await within(tabs[0], () => fresh.lead('job', () => runs++));
      expect(runs).toBe(1);
    } finally {
      Object.assign(process, { getBuiltinModule });
    }
  });
});

describe('a page that falls asleep', () => {
  it('leaves the line, and joins it again when it awakes', async () => {
    const [one, two] = tabs.map((tab) => locksOf(tab));
    for (const kind of ['mutex', 'semaphore', 'read'] as const) {
      const lock = (locks = one) =>
        kind === 'mutex'
          ? locks?.mutex('a')
          : kind === 'semaphore'
            ? locks?.semaphore('a', 1)
            : locks?.readWriteLock('a').read;
      const holder = await (kind === 'read' ? two?.readWriteLock('a').write : lock(two))?.acquire();
      const waiting = lock()?.acquire();
      await settle();
      expect(browser.asked.size).toBe(1);
      page.freeze();
      await settle();
      expect([browser.asked.size, browser.held.size]).toEqual([0, 1]);
      // As it falls asleep, it runs on for a moment.
      const more = lock()?.acquire();
      await holder?.release();
      await settle();
      expect(browser.held.size).toBe(0);
      page.show();
      await (await waiting)?.release();
      await (await more)?.release();
    }
  });

  const asked = (): string[] => [...browser.held, ...browser.asked].map(({ name }) => name);

  it.each(['freeze', 'hide'] as const)('asks for nothing after %s, until it awakes', async (event) => {
    const one = locksOf(tabs[0]);
    page[event]();
    const calls = [
      one.mutex('a').acquire(),
      one.semaphore('a', 3).acquire(),
      one.readWriteLock('a').read.acquire(),
      one.readWriteLock('b').write.acquire({ timeout: 1e6 }),
    ];
    const leader = stand(tabs[0]);
    await settle();
    expect([asked(), leader.terms.length]).toEqual([[], 0]);
    page[event === 'freeze' ? 'resume' : 'show']();
    for (const lease of await Promise.all(calls)) await lease.release();
    await settle();
    expect([asked(), leader.terms.length]).toEqual([['Leader:job'], 1]);
  });

  it('has what a leader locks to clean up when it is awake again', async () => {
    const mutex = locksOf(tabs[0]).mutex('db');
    const steps: string[] = [];
    const over = within(tabs[0], () =>
      lead('job', async (signal) => {
        if (steps.length > 0) return;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        steps.push('cleans up');
        await mutex.sandbox(() => steps.push('flushes'));
      }),
    );
    await settle();
    page.freeze();
    await settle();
    expect([asked(), steps]).toEqual([[], ['cleans up']]);
    page.resume();
    await over;
    await settle();
    expect([asked(), steps]).toEqual([[], ['cleans up', 'flushes']]);
  });

  it('is told when it awakes whether what it must not wait for is free', async () => {
    const mutex = locksOf(tabs[0]).mutex('a');
    const early = mutex.tryAcquire();
    page.freeze();
    const late = [mutex.tryAcquire(), mutex.acquire({ timeout: 0 }).catch((error: Error) => error.name)];
    await settle();
    expect(asked()).toEqual([]);
    page.resume();
    expect(await early).toBeDefined();
    expect(await Promise.all(late)).toEqual([undefined, 'TimeoutError']);
  });

  it('still ends waits by timeout and signal', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const mutex = locksOf(tabs[0]).mutex('a');
    page.freeze();
    const controller = new AbortController();
    const calls = [mutex.acquire({ timeout: 50 }), mutex.acquire({ signal: controller.signal })];
    vi.advanceTimersByTime(50);
    controller.abort('enough');
    expect((await Promise.allSettled(calls)).map((outcome) => 'reason' in outcome && String(outcome.reason))).toEqual([
      'TimeoutError: Mutex "a": acquire() timed out after 50 ms',
      'enough',
    ]);
    vi.useRealTimers();
    page.resume();
    await settle();
    expect(asked()).toEqual([]);
  });

  it('asks for nothing if it falls asleep again at once', async () => {
    const mutex = locksOf(tabs[0]).mutex('a');
    page.hide();
    const waiting = mutex.acquire();
    page.show();
    page.freeze();
    await settle();
    expect(asked()).toEqual([]);
    page.resume();
    await (await waiting).release();
  });

  it('is no matter of events that elements dispatch', async () => {
    const mutex = locksOf(tabs[0]).mutex('a');
    page.dispatchInside('freeze');
    await mutex.sandbox(() => {});
    page.freeze();
    page.dispatchInside('resume');
    void mutex.acquire();
    await settle();
    expect(asked()).toEqual([]);
  });

  it('keeps what it holds', async () => {
    const [one] = tabs.map((tab) => locksOf(tab));
    const lease = await one?.mutex('a').acquire();
    page.freeze();
    await settle();
    expect([browser.held.size, lease?.signal.aborted]).toEqual([1, false]);
    await lease?.release();
  });
});
