// Takes pictures of the built site: every page on a desktop in light and on a phone in dark, and one page of each kind in
// all the ways in which people look at it.
// Usage: node docs/screenshots.ts [folder] [part of the page's path]
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launchBrowser, serveFolder } from '@valvekit-internal/browser';
import type { CDPSession, Page } from 'playwright-core';
import { pageKinds } from './test/page-kinds.ts';

const site = join(import.meta.dirname, '.vitepress/dist');
const [folder = join(import.meta.dirname, '.vitepress/screenshots'), part = ''] = process.argv.slice(2);

interface Look {
  name: string;
  width: number;
  height: number;
  scheme: 'light' | 'dark';
  /** Whether all pages are looked at like this, or one of each kind. */
  isForAll?: boolean;
  /** How many dots a pixel has. */
  scale?: number;
}
const phone = { width: 360, height: 740 };
const tablet = { width: 820, height: 1180 };
const desktop = { width: 1280, height: 860 };
const looks: Look[] = [
  { name: 'desktop-light', ...desktop, scheme: 'light', isForAll: true },
  { name: 'phone-dark', ...phone, scheme: 'dark', isForAll: true },
  { name: 'desktop-dark', ...desktop, scheme: 'dark' },
  { name: 'phone-light', ...phone, scheme: 'light' },
  { name: 'tablet-light', ...tablet, scheme: 'light' },
  { name: 'tablet-dark', ...tablet, scheme: 'dark' },
  // The text twice as large: the page as wide as half of the screen.
  { name: 'desktop-200', width: 640, height: 430, scheme: 'light', scale: 2 },
];

mkdirSync(folder, { recursive: true });
const pages = globSync('**/*.html', { cwd: site })
  .map((file) => file.replaceAll('\\', '/').replace(/(?:index)?\.html$/, ''))
  .filter((page) => page !== '404' && page.includes(part))
  .sort();
await using server = await serveFolder(site);
const browser = await launchBrowser();

const started = performance.now();
let count = 0;

interface Camera {
  tab: Page;
  session: CDPSession;
}

async function open(): Promise<Camera> {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const tab = await context.newPage();
  return { tab, session: await context.newCDPSession(tab) };
}

/** Turns the window into another one: loading the page anew takes longer than a picture. */
async function become({ tab, session }: Camera, { width, height, scheme, scale = 1 }: Look): Promise<void> {
  await session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: scale, mobile: false });
  await session.send('Emulation.setEmulatedMedia', {
    features: [
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ],
  });
  await tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

/** The whole page, without the checks that make Playwright's pictures slow. */
async function picture({ session }: Camera): Promise<Buffer> {
  const { cssContentSize } = await session.send('Page.getLayoutMetrics');
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'png',
    optimizeForSpeed: true,
    captureBeyondViewport: true,
    clip: { ...cssContentSize, scale: 1 },
  });
  return Buffer.from(data, 'base64');
}

async function visit(camera: Camera, page: string): Promise<void> {
  const wanted = looks.filter(({ isForAll }) => isForAll || pageKinds.includes(page));
  await become(camera, wanted[0] as Look);
  await camera.tab.goto(`${server.url}/${page}`, { waitUntil: 'load' });
  // Playgrounds are recorded once the page has loaded.
  if (/^playground\/./.test(page)) await camera.tab.locator('.playground[data-busy="false"]').waitFor();
  if (page === '') await camera.tab.locator('.six[data-now="6000"]').waitFor();
  for (const look of wanted) {
    await become(camera, look);
    const name = `${page.replaceAll('/', '-').replace(/-$/, '') || 'home'}-${look.name}.png`;
    writeFileSync(join(folder, name), await picture(camera));
    count++;
  }
}

async function work(): Promise<void> {
  const camera = await open();
  for (let page = pages.shift(); page !== undefined; page = pages.shift()) await visit(camera, page);
}
await Promise.all([work(), work(), work()]);
await browser.close();
console.log(`${count} pictures in ${resolve(folder)}, ${Math.round((performance.now() - started) / 1000)} s`);
