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
}
const phone = { width: 360, height: 740 };
const tablet = { width: 820, height: 1180 };
const desktop = { width: 1280, height: 860 };
// From one to the next, as little as possible changes.
const looks: Look[] = [
  { name: 'desktop-light', ...desktop, scheme: 'light', isForAll: true },
  { name: 'desktop-dark', ...desktop, scheme: 'dark' },
  { name: 'tablet-dark', ...tablet, scheme: 'dark' },
  { name: 'tablet-light', ...tablet, scheme: 'light' },
  // Text twice as large leaves half of the width to a page.
  { name: 'desktop-200', width: 640, height: 430, scheme: 'light' },
  { name: 'phone-light', ...phone, scheme: 'light' },
  { name: 'phone-dark', ...phone, scheme: 'dark', isForAll: true },
];

mkdirSync(folder, { recursive: true });
const pages = globSync('**/*.html', { cwd: site })
  .map((file) => file.replaceAll('\\', '/').replace(/(?:index)?\.html$/, ''))
  .filter((page) => page !== '404' && page.includes(part))
  .sort();
await using server = await serveFolder(site);
const browser = await launchBrowser();
const context = await browser.newContext({ reducedMotion: 'reduce' });

const started = performance.now();
let count = 0;

interface Camera {
  tab: Page;
  session: CDPSession;
  /** The window, as it is now. */
  look: Look;
  /** In the order in which it takes them. */
  looks: Look[];
}

async function open(): Promise<Camera> {
  const tab = await context.newPage();
  // Another page of the site takes a quarter of the time that loading it anew takes. So they all begin at one that is in
  // no picture: a font that comes too late is not used before the next page.
  for (let load = 0; load < 2; load++) await tab.goto(`${server.url}/404`, { waitUntil: 'networkidle' });
  // The layout is as tall as its page then, whatever the height of the window.
  await tab.addStyleTag({ content: '.Layout { min-height: 0 !important; }' });
  return { tab, session: await context.newCDPSession(tab), look: looks[0] as Look, looks: [...looks] };
}

/** Follows a link to the page, as the router of the site does. */
async function go({ tab }: Camera, page: string): Promise<void> {
  const isFound = await tab.evaluate(async (path) => {
    interface Router {
      go?(path: string): Promise<void>;
      route: { data: { isNotFound?: boolean } };
    }
    const { __vue_app__: app } = document.querySelector('#app') as unknown as {
      __vue_app__: { _context: { provides: Record<symbol, Router> } };
    };
    const { provides } = app._context;
    const router = Object.getOwnPropertySymbols(provides)
      .map((key) => provides[key])
      .find((each) => typeof each?.go === 'function');
    await router?.go?.(path);
    return router?.route.data.isNotFound !== true;
  }, `/${page}`);
  if (!isFound) throw new Error(`There is no page ${page}`);
}

/** Turns the window into another one. */
async function become(camera: Camera, look: Look): Promise<void> {
  const { session, look: former } = camera;
  const { width, height, scheme } = look;
  camera.look = look;
  await Promise.all([
    scheme !== former.scheme &&
      session.send('Emulation.setEmulatedMedia', {
        features: [
          { name: 'prefers-color-scheme', value: scheme },
          { name: 'prefers-reduced-motion', value: 'reduce' },
        ],
      }),
    (width !== former.width || height !== former.height) &&
      session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false }),
  ]);
}

/**
 * The page in a window as tall as itself. A picture beyond the window paints everything once more, and has no more than
 * the beginning of the sidebars.
 */
async function picture(camera: Camera, look: Look): Promise<Buffer> {
  await become(camera, { ...look, height: camera.look.height });
  const height = await camera.tab.evaluate(async () => {
    // In a frame, lanes notice their width. Other pages need not be painted before they are as tall as they should be.
    if (document.querySelector('.playground') !== null) {
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    }
    return Math.ceil(document.querySelector('.Layout')?.getBoundingClientRect().height ?? 0);
  });
  await become(camera, { ...look, height: Math.max(look.height, height) });
  const { data } = await camera.session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
  return Buffer.from(data, 'base64');
}

async function visit(camera: Camera, page: string): Promise<void> {
  await go(camera, page);
  // Playgrounds are recorded once the page is there.
  if (/^playground\/./.test(page)) await camera.tab.locator('.playground[data-busy="false"]').waitFor();
  if (page === '') await camera.tab.locator('.six[data-now="6000"]').waitFor();
  for (const look of camera.looks.filter(({ isForAll }) => isForAll || pageKinds.includes(page))) {
    const name = `${page.replaceAll('/', '-').replace(/-$/, '') || 'home'}-${look.name}.png`;
    writeFileSync(join(folder, name), await picture(camera, look));
    count++;
  }
  // The next page begins with the look that this one ends with.
  camera.looks.reverse();
}

async function work(): Promise<void> {
  const camera = await open();
  for (let page = pages.shift(); page !== undefined; page = pages.shift()) await visit(camera, page);
}
await Promise.all([work(), work(), work()]);
await browser.close();
console.log(`${count} pictures in ${resolve(folder)}, ${Math.round((performance.now() - started) / 1000)} s`);
