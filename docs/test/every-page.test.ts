import { createRequire } from 'node:module';
import { brotliCompressSync } from 'node:zlib';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageKinds } from './page-kinds.ts';
import { openSite, pages, playgrounds, type Site } from './site.ts';

const FIRST_LOAD = 150_000;
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site[Symbol.asyncDispose]());

describe('every page', () => {
  const visits: { page: string; title: string | null; width: number; complaints: string[] }[] = [];

  // On a phone, several at a time: most of each visit is spent waiting for the page to settle.
  beforeAll(async () => {
    const left = [...pages];
    const visitSome = async (): Promise<void> => {
      for (let page = left.pop(); page !== undefined; page = left.pop()) {
        await using tab = await site.open(page, { viewport: { width: 360, height: 740 } });
        const title = await tab.page.locator('h1').first().textContent();
        const width = await tab.page.evaluate(() => document.documentElement.scrollWidth);
        visits.push({ page, title, width, complaints: tab.complaints });
      }
    };
    await Promise.all([visitSome(), visitSome(), visitSome(), visitSome()]);
  }, 120_000);

  it('loads without errors, and makes no requests to other hosts', () => {
    expect(visits.length).toBeGreaterThan(30);
    expect(visits.filter(({ title, complaints }) => !title || complaints.length > 0)).toEqual([]);
  });

  it('does not scroll sideways on a phone', () => {
    expect(visits.filter(({ width }) => width !== 360)).toEqual([]);
  });
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it.each(pageKinds)('/%s has no axe violations', async (path) => {
    await using tab = await site.open(path, { colorScheme, reducedMotion: 'reduce' });
    if (path === 'playground/') await tab.page.locator('.problems button').first().click();
    if (path.startsWith('playground/')) await tab.page.locator('[data-actor]').first().waitFor();
    await tab.page.addScriptTag({ path: axe });
    const { violations } = await tab.page.evaluate<AxeResults>('axe.run()');
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message}`),
    );
    expect([...new Set(found)]).toEqual([]);
  });
});

it.each(playgrounds)('/%s needs at most 150 kB of JavaScript', async (path) => {
  await using tab = await site.open('');
  const scripts: Promise<Buffer>[] = [];
  tab.page.on('response', (response) => {
    if (new URL(response.url()).pathname.endsWith('.js')) scripts.push(response.body());
  });
  await tab.page.goto('about:blank');
  await tab.page.goto(`${site.url}/${path}`, { waitUntil: 'networkidle' });
  const sizes = (await Promise.all(scripts)).map((script) => brotliCompressSync(script).length);
  expect(sizes.length).toBeGreaterThan(2);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(FIRST_LOAD);
});

it('shows the benchmark results as charts and as tables', async () => {
  await using tab = await site.open('cost');
  const charts = tab.page.locator('.cost-chart');
  expect(await charts.count()).toBeGreaterThan(1);
  for (const chart of await charts.all()) {
    await chart.locator('canvas').scrollIntoViewIfNeeded();
    // Chart.js sets the size of a canvas when it draws.
    await tab.page.waitForFunction(
      (canvas) => canvas?.style.width !== '',
      await chart.locator('canvas').elementHandle(),
    );
    expect(await chart.locator('tbody').textContent()).toContain('valvekit');
  }
  expect(tab.complaints).toEqual([]);
});

it('can be searched offline', async () => {
  await using tab = await site.open('guide/choosing');
  await tab.page
    .getByRole('button', { name: /search/i })
    .first()
    .click();
  await tab.page.getByRole('searchbox').fill('upgradable');
  const results = tab.page.getByRole('listbox').getByRole('option');
  await results.first().waitFor();
  expect(await results.allInnerTexts()).toEqual(expect.arrayContaining([expect.stringMatching(/upgrad/i)]));
  expect(tab.complaints).toEqual([]);
});

it('with reduced motion, time passes in steps and nothing is animated', async () => {
  await using tab = await site.open('playground/mutex', { reducedMotion: 'reduce' });
  await tab.page.evaluate(() => {
    const times: number[] = [];
    const playground = document.querySelector<HTMLElement>('.playground');
    new MutationObserver(() => times.push(Number(playground?.dataset.now))).observe(playground as Node, {
      attributeFilter: ['data-now'],
    });
    Object.assign(window, { times });
  });
  await tab.page.getByLabel('Speed').selectOption('4');
  await tab.page.getByRole('button', { name: 'Play', exact: true }).click();
  await tab.page.waitForFunction(() => (window as unknown as { times: number[] }).times.length >= 4);
  const times = await tab.page.evaluate(() => (window as unknown as { times: number[] }).times);
  const strides = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.min(...strides)).toBeGreaterThanOrEqual(500);
  expect(await tab.page.evaluate(() => document.getAnimations().length)).toBe(0);
});
