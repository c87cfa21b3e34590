import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../packages/valvekit/package.json' with { type: 'json' };
import { isAhead, nextRelease } from '../../scripts/next-release.mjs';
import { pageKinds } from './page-kinds.ts';
import { dist, openSite, pages, playgrounds, type Site } from './site.ts';

const FIRST_LOAD = 150_000;
const HOME_LOAD = 100_000;
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site[Symbol.asyncDispose]());

describe('every page', () => {
  const visits: { page: string; title: string | null; width: number; tooWide: string[]; complaints: string[] }[] = [];

  /** What has to be scrolled sideways: code of ours and tables. */
  const scrolling = (): string[] =>
    [...document.querySelectorAll<HTMLElement>(':is(.language-js, .language-ts, .six, .program) pre, .VPDoc table')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
      .map(({ textContent }) => textContent.trim().slice(0, 200));

  // On a phone, several at a time: most of each visit is spent waiting for the page to settle.
  beforeAll(async () => {
    const left = [...pages];
    const visitSome = async (): Promise<void> => {
      for (let page = left.pop(); page !== undefined; page = left.pop()) {
        await using tab = await site.open(page, { viewport: { width: 360, height: 740 } });
        await tab.page.waitForLoadState('networkidle');
        const title = await tab.page.locator('h1').first().textContent();
        const width = await tab.page.evaluate(() => document.documentElement.scrollWidth);
        await tab.page.setViewportSize({ width: 1280, height: 860 });
        const tooWide = await tab.page.evaluate(scrolling);
        visits.push({ page, title, width, tooWide, complaints: tab.complaints });
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

  // The reference has types that are wider than any page.
  it('has room for its code and its tables on a small desktop', () => {
    const tooWide = visits.filter(({ page, tooWide }) => tooWide.length > 0 && !page.startsWith('api/'));
    expect(tooWide.map(({ page, tooWide }) => [page, tooWide])).toEqual([]);
  });
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it.each(pageKinds)(
    '/%s has no axe violations, and does not scroll sideways in large text or on a tablet',
    async (path) => {
      await using tab = await site.open(path, { colorScheme, reducedMotion: 'reduce' });
      if (path === 'playground/') await tab.page.locator('.problems button').first().click();
      if (path.startsWith('playground/')) await tab.page.locator('[data-actor]').first().waitFor();
      if (path === 'cost') for (const topic of await tab.page.locator('details > summary').all()) await topic.click();
      await tab.page.addScriptTag({ path: axe });
      const { violations } = await tab.page.evaluate<AxeResults>('axe.run()');
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message}`),
      );
      expect([...new Set(found)]).toEqual([]);
      // Text of 200 % makes a desktop half as wide; the other is a tablet.
      for (const width of [640, 820]) {
        await tab.page.setViewportSize({ width, height: 430 });
        expect(await tab.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
    },
  );
});

/** How many bytes of JavaScript a page loads, compressed by brotli. */
async function scriptsOf(path: string): Promise<number> {
  await using tab = await site.open('404');
  tab.complaints.length = 0;
  const scripts: Promise<Buffer>[] = [];
  tab.page.on('response', (response) => {
    if (new URL(response.url()).pathname.endsWith('.js')) scripts.push(response.body());
  });
  await tab.page.goto('about:blank');
  await tab.page.goto(`${site.url}/${path}`, { waitUntil: 'networkidle' });
  const sizes = (await Promise.all(scripts)).map((script) => brotliCompressSync(script).length);
  expect(sizes.length).toBeGreaterThan(2);
  return sizes.reduce((sum, size) => sum + size);
}

it.each(playgrounds)('/%s needs at most 150 kB of JavaScript', async (path) => {
  expect(await scriptsOf(path)).toBeLessThanOrEqual(FIRST_LOAD);
});

describe('the home page', () => {
  it('needs at most 100 kB of JavaScript', async () => {
    expect(await scriptsOf('')).toBeLessThanOrEqual(HOME_LOAD);
  });

  it.each([360, 1280])('does not shift while it loads and plays, %i pixels wide', async (width) => {
    await using tab = await site.open('404', { viewport: { width, height: 860 } });
    await tab.page.addInitScript(() => {
      Object.assign(window, { shift: 0 });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { value } = entry as unknown as { value: number };
          (window as unknown as { shift: number }).shift += value;
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await tab.page.goto(`${site.url}/`);
    await tab.page.locator('.six').scrollIntoViewIfNeeded();
    await tab.page.locator('.six[data-now="6000"]').waitFor();
    expect(await tab.page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.01);
  });

  it('says what it is, how to install it, and shows code, on the first screen', async () => {
    await using tab = await site.open('', { viewport: { width: 1280, height: 720 } });
    for (const shown of [
      tab.page.getByRole('heading', { level: 1, name: 'Locks for async JavaScript' }),
      tab.page.getByText('npm install valvekit', { exact: true }),
      tab.page.locator('.six .row', { hasText: 'await mutex.sandbox(' }).last(),
    ]) {
      const box = await shown.boundingBox();
      expect(box && box.y + box.height).toBeLessThan(720);
    }
  });

  it.each([360, 640, 720, 820, 1139, 1140, 1280])('shows its code whole, %i pixels wide', async (width) => {
    await using tab = await site.open('', { viewport: { width, height: 860 } });
    const spare = await tab.page
      .locator('.six pre')
      .evaluateAll((blocks) => blocks.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
    expect(spare).toEqual([0, 0]);
  });

  it('plays the real thing once, and ends with both balances', async () => {
    await using tab = await site.open('');
    await tab.page.locator('.six[data-now="6000"]').waitFor();
    const balances = await tab.page.locator('.balance b').allTextContents();
    expect(balances).toEqual(['95', '65']);
    await tab.page.getByRole('button', { name: 'Play again' }).click();
    await tab.page.locator('.six:not([data-now="6000"])').waitFor();
    expect(tab.complaints).toEqual([]);
  });

  it('can be used with the keyboard alone', async () => {
    await using tab = await site.open('', { reducedMotion: 'reduce' });
    const seen = new Set<string>();
    for (let count = 0; count < 40; count++) {
      await tab.page.keyboard.press('Tab');
      seen.add(
        await tab.page.evaluate(() => {
          const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement as Element);
          const isVisible = outlineStyle !== 'none' || boxShadow !== 'none';
          return isVisible ? (document.activeElement?.textContent?.trim() ?? '') : '';
        }),
      );
    }
    for (const name of ['pnpm', 'Copy', 'Get started', '▶ Play again']) expect([...seen]).toContain(name);
  });
});

it('shows the benchmark results by topic, and opens the one that a link leads to', async () => {
  await using tab = await site.open('cost#w3-contended-10-000');
  const chart = tab.page.locator('.cost-chart', { has: tab.page.locator('#w3-contended-10-000') });
  await chart.locator('.ours .bar').waitFor();
  const widths = await chart
    .locator('.bar')
    .evaluateAll((bars) => bars.map((bar) => Math.round(bar.getBoundingClientRect().width)));
  expect(Math.min(...widths)).toBeGreaterThan(0);
  expect(await tab.page.locator('details[open]').count()).toBe(2);
  expect(tab.complaints).toEqual([]);
});

it('finds a guide first for what newcomers search for', async () => {
  await using tab = await site.open('cost');
  await tab.page
    .getByRole('button', { name: /search/i })
    .first()
    .click();
  for (const query of ['keyed', 'timeout', 'rate limit', 'queue', 'redis', 'deadlock', 'test']) {
    await tab.page.getByRole('searchbox').fill(query);
    const results = tab.page.locator('.VPLocalSearchBox .result');
    // The results of the last query are there until those of this one are.
    await tab.page
      .locator('.VPLocalSearchBox .result mark', { hasText: query.split(' ')[0] as string })
      .first()
      .waitFor();
    const links = await results.evaluateAll((elements) => elements.map((element) => element.getAttribute('href')));
    for (const link of links.slice(0, 3)) {
      expect(`${query}: ${link}`).toMatch(/: \/guide\/(?!build-your-own|where-it-runs)/);
    }
  }
  expect(tab.complaints).toEqual([]);
});

it('has every page as Markdown, and a list of them', () => {
  const list = readFileSync(join(dist, 'llms.txt'), 'utf8');
  const links = [...list.matchAll(/\]\(https:\/\/[^/]+(\/[^)]+)\)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(40);
  expect(links.filter((path) => !existsSync(join(dist, path)))).toEqual([]);
});

it('has a social card, an edit link, and a footer', async () => {
  await using tab = await site.open('guide/choosing');
  const card = await tab.page.locator('meta[property="og:image"]').getAttribute('content');
  expect(existsSync(join(dist, new URL(String(card)).pathname))).toBe(true);
  expect(await tab.page.getByRole('link', { name: 'Edit this page' }).getAttribute('href')).toContain(
    'docs/guide/choosing.md',
  );
  expect(await tab.page.locator('.site-footer').textContent()).toContain('MIT license');
});

it('says at a wrong address where to look, and leads home', async () => {
  await using tab = await site.open('404.html');
  expect(await tab.page.locator('.NotFound').textContent()).toContain('There is no such page');
  expect(await tab.page.getByRole('link', { name: 'Go to the home page' }).getAttribute('href')).toBe('/');
});

it('says which version it describes, and leads to the older ones', async () => {
  await using tab = await site.open('guide/choosing');
  const isNext = isAhead(version);
  expect(await tab.page.locator('.next-release').count()).toBe(isNext ? 1 : 0);
  await tab.page.getByRole('button', { name: isNext ? `${nextRelease} (next)` : version }).hover();
  const old = tab.page.locator('.VPNavBarMenu').getByRole('link', { name: '0.2', exact: true });
  await old.waitFor();
  expect(await old.getAttribute('href')).toBe('https://www.npmjs.com/package/valvekit/v/0.2.0');
});

it('with reduced motion, a story is shown as a whole, time passes in steps, and nothing is animated', async () => {
  await using tab = await site.open('playground/mutex', { reducedMotion: 'reduce' });
  await tab.page.locator('.playground[data-over="true"]').waitFor();
  await tab.page.evaluate(() => {
    const times: number[] = [];
    const playground = document.querySelector<HTMLElement>('.playground');
    new MutationObserver(() => times.push(Number(playground?.dataset.now))).observe(playground as Node, {
      attributeFilter: ['data-now'],
    });
    Object.assign(window, { times });
  });
  await tab.page.getByLabel('Speed').selectOption('4');
  await tab.page.getByRole('button', { name: 'Play again' }).click();
  await tab.page.waitForFunction(() => (window as unknown as { times: number[] }).times.length >= 5);
  const times = await tab.page.evaluate(() => (window as unknown as { times: number[] }).times.slice(0, 5));
  const strides = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.min(...strides)).toBeGreaterThanOrEqual(500);
  expect(await tab.page.evaluate(() => document.getAnimations().length)).toBe(0);
});
