// The built site as visitors see it: from a static file server on loopback, in a real browser.
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser, serveFolder } from '@valvekit-internal/browser';
import type { BrowserContextOptions, Page } from 'playwright-core';

export const dist: string = join(import.meta.dirname, '../.vitepress/dist');
if (!existsSync(dist)) throw new Error('The site is not built; build it with: pnpm run docs');

/** The paths of all pages, like `playground/mutex`. */
export const pages: string[] = globSync('**/*.html', { cwd: dist })
  .map((file) => file.replaceAll('\\', '/').replace(/(index)?\.html$/, ''))
  .filter((page) => page !== '404')
  .sort();

export const playgrounds: string[] = pages.filter((page) => /^playground\/./.test(page));

export interface Site extends AsyncDisposable {
  url: string;
  /** Opens a page in a new tab. */
  open(path: string, options?: BrowserContextOptions): Promise<Tab>;
}

export interface Tab extends AsyncDisposable {
  page: Page;
  /** Everything that went wrong: console messages, uncaught errors, and requests to other hosts, which are blocked. */
  complaints: string[];
}

export async function openSite(): Promise<Site> {
  const server = await serveFolder(dist);
  const browser = await launchBrowser();
  return {
    url: server.url,
    async open(path, options) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const complaints: string[] = [];
      await context.route(
        (url) => url.origin !== server.url,
        (route) => {
          complaints.push(`asks for ${route.request().url()}`);
          return route.abort();
        },
      );
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(new URL(path, `${server.url}/`).href);
      // Pages can be used once Vue has taken them over.
      await page.waitForFunction(() => '__vue_app__' in (document.querySelector('#app') ?? {}));
      return {
        page,
        complaints,
        [Symbol.asyncDispose]: () => context.close(),
      };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
