import { join } from 'node:path';
import { launchBrowserIfThere, serveFolder } from '@valvekit-internal/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll } from 'vitest';

/** The browser, or undefined if there is none; CI requires one. */
export const browser: Browser | undefined = await launchBrowserIfThere();

const host = await serveFolder(join(import.meta.dirname, '../dist'));

afterAll(async () => {
  await browser?.close();
  await host[Symbol.asyncDispose]();
});

/** What the page's server has recorded about one kind of request. */
export interface Traffic {
  requests: number;
  open: number;
  mostAtOnce: number;
}

/** The app in a page of its own, where time stands still until a test advances it. */
export class App {
  readonly page: Page;
  /** Problems: console errors and warnings, uncaught errors, and requests to other hosts. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('requestfailed', (request) => this.complaints.push(`failed: ${request.url()}`));
    page.on('request', (request) => {
      const address = request.url();
      if (!address.startsWith(host.url) && !address.startsWith('data:')) this.complaints.push(address);
    });
  }

  static async open(): Promise<App> {
    const app = new App(await (browser as Browser).newPage());
    await app.page.clock.install({ time: 0 });
    await app.page.goto(host.url);
    await app.page.clock.pauseAt(60_000);
    await app.set('Response time of the server', '1000');
    return app;
  }

  close(): Promise<void> {
    return this.page.close();
  }

  async click(button: string, times = 1): Promise<void> {
    for (let i = 0; i < times; i++) await this.page.getByRole('button', { name: button }).click();
  }

  async set(label: string, value: string): Promise<void> {
    await this.page.getByLabel(label).fill(value);
  }

  /** Advances time, and runs everything that is due. */
  async after(ms: number): Promise<void> {
    await this.page.clock.runFor(ms);
  }

  async traffic(kind: string): Promise<Traffic> {
    const row = this.page.getByRole('row', { name: kind });
    const [requests = 0, open = 0, mostAtOnce = 0] = (await row.getByRole('cell').allTextContents()).map(Number);
    return { requests, open, mostAtOnce };
  }

  /** The text of an element. */
  text(selector: string): Promise<string | null> {
    return this.page.locator(selector).textContent();
  }

  texts(selector: string): Promise<string[]> {
    return this.page.locator(selector).allTextContents();
  }
}
