import { LeaseLostError } from '@valvekit/tabs';
import { rest } from '@valvekit-internal/laws/rest';
import { FakeBrowser } from '@valvekit-internal/laws/web-locks/fake-browser';
import { describe, expect, it } from 'vitest';
import { FakePage } from './page.ts';
import { locksOf, twoTabs } from './tabs-under-test.ts';

const steal = (browser: FakeBrowser, name: string): { end(): void } => {
  let end = (): void => {};
  void browser.tab().request(name, { steal: true }, () => new Promise<void>((resolve) => (end = resolve)));
  return { end: () => end() };
};

describe('what a tab gathers', () => {
  it('is given back when its page freezes, at each step, except for a grant that is on its way', async () => {
    const page = new FakePage();
    const kept: string[][] = [];
    for (const kind of ['semaphore', 'write'] as const) {
      for (let step = 0; step < 40; step++) {
        const browser = new FakeBrowser();
        const tabs = [browser.tab(), browser.tab()] as const;
        const [one, two] = [locksOf(tabs[0]), locksOf(tabs[1])];
        const [holder, lock] =
          kind === 'semaphore'
            ? [await two.semaphore('a', 4).acquire(), one.semaphore('a', 4)]
            : [await two.readWriteLock('a').read.acquire(), one.readWriteLock('a').write];
        void (kind === 'semaphore' ? one.semaphore('a', 4).acquire({ permits: 4 }) : lock.acquire());
        for (let i = 0; i < step; i++) await rest();
        tabs[0].freeze();
        page.freeze();
        await browser.settle();
        kept.push([...browser.held].filter(({ clientId }) => clientId === 'tab 0').map(({ name }) => name));
        tabs[0].thaw();
        page.resume();
        await holder.release();
        await browser.settle();
        expect([...browser.held].every(({ clientId }) => clientId === 'tab 0')).toBe(true);
      }
    }
    page.restore();
    expect(kept.filter((names) => names.length > 1)).toEqual([]);
  });

  it('is complete for an urgent caller that must not wait', async () => {
    const { one, two, settle } = twoTabs();
    const holder = await two.semaphore('a', 3).acquire();
    const all = one.semaphore('a', 3).acquire({ permits: 3 });
    await settle();
    const urgent = await one.semaphore('a', 3).acquire({ priority: 1, timeout: 0 });
    await urgent.release();
    await holder.release();
    await (await all).release();
  });

  it('does without what another script steals of it', async () => {
    const { one, two, browser, settle } = twoTabs();
    const holder = await two.semaphore('a', 2).acquire();
    const taken = [...browser.held].find(({ name }) => /^\d/.test(name))?.name;
    const both = one.semaphore('a', 2).acquire({ permits: 2 });
    await settle();
    const thief = steal(browser, `${taken?.startsWith('0') ? 1 : 0}:Semaphore:valvekit:a`);
    await settle();
    await holder.release();
    let lease: Awaited<typeof both> | undefined;
    void both.then((granted) => (lease = granted));
    await settle();
    expect(lease).toBe(undefined);
    thief.end();
    expect((await both).signal.aborted).toBe(false);
  });

  it('is begun anew when another script steals the turnstile', async () => {
    const { one, two, browser, settle } = twoTabs();
    const holder = await two.readWriteLock('a').write.acquire();
    const waiting = one.readWriteLock('a').write.acquire();
    await settle();
    const thief = steal(browser, 'turnstile:ReadWriteLock:valvekit:a');
    await settle();
    await holder.release();
    await settle();
    expect([...browser.held].map(({ name }) => name)).toEqual(['turnstile:ReadWriteLock:valvekit:a']);
    thief.end();
    await (await waiting).release();
  });

  it('keeps its turn when a writer gives up, and a reader is first', async () => {
    const { one, two, browser, settle } = twoTabs();
    const three = locksOf(browser.tab());
    const reader = await two.readWriteLock('a').read.acquire();
    const controller = new AbortController();
    const writer = one.readWriteLock('a').write.acquire({ signal: controller.signal });
    const next = one.readWriteLock('a').read.acquire();
    await settle();
    const last = three.readWriteLock('a').write.acquire();
    await settle();
    controller.abort('gone');
    await expect(writer).rejects.toBe('gone');
    const lease = await next;
    await lease.release();
    await reader.release();
    await (await last).release();
  });

  it('tells of a theft as soon as it is held', async () => {
    const { one, browser, settle } = twoTabs();
    const lease = await one.readWriteLock('a').write.acquire();
    steal(browser, 'ReadWriteLock:valvekit:a').end();
    await settle();
    expect(lease.signal.reason).toBeInstanceOf(LeaseLostError);
    await expect(lease.release()).rejects.toBe(lease.signal.reason);
  });
});
