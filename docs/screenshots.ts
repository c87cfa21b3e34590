// Takes pictures of the built site: every page on a desktop in light and on a phone in dark, and one page of each kind in
// all the ways in which people look at it.
// Usage: node docs/screenshots.ts [folder] [part of the page's path]
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launchBrowser, serveFolder } from '@valvekit-internal/browser';
import type { BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import { pageKinds } from './test/page-kinds.ts';

const site = join(import.meta.dirname, '.vitepress/dist');
const [folder = join(import.meta.dirname, '.vitepress/screenshots'), part = ''] = process.argv.slice(2);

const phone = { width: 360, height: 740 };
const tablet = { width: 820, height: 1180 };
const desktop = { width: 1280, height: 860 };
interface Look {
  name: string;
  options: BrowserContextOptions;
  /** Whether all pages are looked at like this, or one of each kind. */
  isForAll?: boolean;
  textSize?: number;
}
const looks: Look[] = [
  { name: 'desktop-light', options: { viewport: desktop, colorScheme: 'light' }, isForAll: true },
  { name: 'phone-dark', options: { viewport: phone, colorScheme: 'dark' }, isForAll: true },
  { name: 'desktop-dark', options: { viewport: desktop, colorScheme: 'dark' } },
  { name: 'phone-light', options: { viewport: phone, colorScheme: 'light' } },
  { name: 'tablet-light', options: { viewport: tablet, colorScheme: 'light' } },
  { name: 'tablet-dark', options: { viewport: tablet, colorScheme: 'dark' } },
  // The text twice as large: the page as wide as half of the screen.
  { name: 'desktop-200', options: { viewport: { width: 640, height: 430 }, deviceScaleFactor: 2 } },
];

mkdirSync(folder, { recursive: true });
const pages = globSync('**/*.html', { cwd: site })
  .map((file) => file.replaceAll('\\', '/').replace(/(?:index)?\.html$/, ''))
  .filter((page) => page !== '404' && page.includes(part))
  .sort();
await using server = await serveFolder(site);
const browser = await launchBrowser();

const shots = looks.flatMap((look) =>
  pages.filter((page) => look.isForAll || pageKinds.includes(page)).map((page) => ({ look, page })),
);
const count = shots.length;
const started = performance.now();

/** Pages that are drawn by their scripts. All others look the same without, and are there sooner. */
const isAlive = (page: string): boolean => page === '' || page === 'cost' || page.startsWith('playground/');

interface Camera {
  tab: Page;
  session: CDPSession;
}

/** One context for each look: opening one takes longer than a picture. */
async function open({ options }: Look, withScripts: boolean): Promise<Camera> {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  if (!withScripts) await context.route('**/*.js', (route) => route.abort());
  const tab = await context.newPage();
  return { tab, session: await context.newCDPSession(tab) };
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

async function work(): Promise<void> {
  const cameras = new Map<string, Camera>();
  for (let shot = shots.shift(); shot !== undefined; shot = shots.shift()) {
    const { look, page } = shot;
    const key = `${look.name} ${isAlive(page)}`;
    const camera = cameras.get(key) ?? (await open(look, isAlive(page)));
    cameras.set(key, camera);
    await camera.tab.goto(`${server.url}/${page}`, { waitUntil: 'load' });
    // Playgrounds are recorded once the page has loaded.
    if (/^playground\/./.test(page)) await camera.tab.locator('.playground[data-busy="false"]').waitFor();
    if (page === '') await camera.tab.locator('.six[data-now="6000"]').waitFor();
    const name = `${page.replaceAll('/', '-').replace(/-$/, '') || 'home'}-${look.name}.png`;
    writeFileSync(join(folder, name), await picture(camera));
  }
}
await Promise.all([work(), work(), work()]);
await browser.close();
console.log(`${count} pictures in ${resolve(folder)}, ${Math.round((performance.now() - started) / 1000)} s`);
