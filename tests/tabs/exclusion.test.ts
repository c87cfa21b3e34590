import { describe, expect, it } from 'vitest';
import { type Context, hasBrowser, Stage, type Tab } from './browser.ts';
import type { Hands, Spec } from './page/hands.ts';

declare const hands: Hands;

const stage = await Stage.open();

/** A context of every kind: tabs, a frame, and each kind of worker. */
async function crowd(): Promise<{ tabs: Tab[]; contexts: Context[] }> {
  const tabs = [await stage.tab(), await stage.tab(), await stage.tab()];
  const [one, two, three] = tabs as [Tab, Tab, Tab];
  return {
    tabs,
    contexts: [
      one,
      two,
      three,
      await one.frame(),
      await one.worker('worker'),
      await two.worker('worker'),
      await two.worker('shared worker'),
      await three.worker('service worker'),
    ],
  };
}

const hammer = (context: Context, id: string, specs: readonly Spec[], rounds: number, weights?: readonly number[]) =>
  context.run((...args: Parameters<Hands['hammer']>) => hands.hammer(...args), id, specs, rounds, weights ?? [1]);

describe.skipIf(!hasBrowser)('a witness outside the browser', () => {
  const locks: Record<string, { specs: Spec[]; most: number; weights?: number[]; key: string }> = {
    'a mutex': { specs: [{ kind: 'mutex', name: 'a' }], most: 1, key: 'mutex a' },
    'a semaphore': { specs: [{ kind: 'semaphore', name: 'b', capacity: 3 }], most: 3, key: 'semaphore b' },
    'a semaphore, for one, two or all permits': {
      specs: [{ kind: 'semaphore', name: 'c', capacity: 3 }],
      weights: [1, 2, 3, 1],
      most: 3,
      key: 'semaphore c',
    },
    'a read/write lock': {
      specs: [
        { kind: 'read', name: 'd' },
        { kind: 'read', name: 'd' },
        { kind: 'write', name: 'd' },
      ],
      most: 1000,
      key: 'lock d',
    },
  };

  it.for(Object.entries(locks))(
    'sees everybody in turn under %s, and nobody too many',
    async ([, { specs, most, weights, key }]) => {
      const { tabs, contexts } = await crowd();
      const visits = await Promise.all(
        contexts.map((context, i) => hammer(context, `context ${i}`, specs, 12, weights)),
      );
      expect(visits).toEqual(contexts.map(() => 12));
      expect(stage.witness.violations).toEqual([]);
      expect(stage.witness.visits.get(key)).toBe(contexts.length * 12);
      expect(stage.witness.most.get(key)).toBeLessThanOrEqual(most);
      for (const tab of tabs) await tab.page.close();
    },
  );

  it('sees nobody too many while tabs are closed, reloaded and crash', async () => {
    const mixed: Spec[] = [
      { kind: 'mutex', name: 'e' },
      { kind: 'write', name: 'e' },
      { kind: 'semaphore', name: 'e', capacity: 2 },
      { kind: 'read', name: 'e' },
    ];
    const survivor = await stage.tab();
    const lasting = hammer(survivor, 'survivor', mixed, 80, [1, 2]);
    const ends: ((tab: Tab) => Promise<unknown>)[] = [
      (tab) => tab.page.close(),
      (tab) => tab.page.goto(`${stage.witness.url}/other`),
      async (tab) => void tab.page.send('Page.crash').catch(() => {}),
    ];
    for (let victim = 0; victim < 9; victim++) {
      const tab = await stage.tab();
      const id = `victim ${victim}`;
      hammer(tab, id, mixed, 1000, [2, 1]).catch(() => {});
      // In the midst of it.
      const before = stage.witness.visits.get('mutex e') ?? 0;
      while ((stage.witness.visits.get('mutex e') ?? 0) < before + 3)
        await new Promise((resolve) => setTimeout(resolve, 1));
      for (let round = 0; round < 1000; round++) stage.witness.doom(`${id}.${round}`);
      await ends[victim % ends.length]?.(tab);
    }
    expect(await lasting).toBe(80);
    expect(stage.witness.violations).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)('what it costs', () => {
  const requestsFor = (tab: Tab, spec: Spec): Promise<[requests: number, most: number]> =>
    tab.run(async (of) => {
      const before = hands.requests;
      await hands.lock(of).sandbox(() => {});
      return [hands.requests - before, hands.mostAtOnce] as [number, number];
    }, spec);

  it('asks the browser once for a free mutex, and twice for a free permit or side', async () => {
    const tab = await stage.tab();
    expect(await requestsFor(tab, { kind: 'mutex', name: 'free' })).toEqual([1, 1]);
    expect(await requestsFor(tab, { kind: 'read', name: 'free' })).toEqual([2, 1]);
    expect(await requestsFor(tab, { kind: 'write', name: 'free' })).toEqual([2, 1]);
    expect(await requestsFor(tab, { kind: 'semaphore', name: 'free' })).toEqual([2, 1]);
    await tab.page.close();
  });

  it('never has more than one request for a mutex under way, however many callers wait', async () => {
    const tab = await stage.tab();
    const [visits, requests, most, entries] = await tab.run(async () => {
      const mutex = hands.locks.mutex('crowd');
      let visits = 0;
      await Promise.all(Array.from({ length: 1000 }, () => mutex.sandbox(() => visits++)));
      const { held = [], pending = [] } = await navigator.locks.query();
      return [visits, hands.requests, hands.mostAtOnce, held.length + pending.length];
    });
    expect([visits, requests, most, entries]).toEqual([1000, 1000, 1, 0]);
    await tab.page.close();
  });
});
