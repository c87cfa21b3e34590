import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { launchBrowserIfThere, serveFolder } from '@valvekit-internal/browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ShopServer } from '../server.ts';

const browser: Browser | undefined = await launchBrowserIfThere();

const files = await serveFolder(join(import.meta.dirname, '../dist'));

afterAll(async () => {
  await browser?.close();
  await files[Symbol.asyncDispose]();
});

// A busy machine is slow, not wrong.
const PATIENCE = { timeout: 25_000 };

let shop: ShopServer;
let server: Server;
let context: BrowserContext;
let tabs: Page[];

beforeEach(async () => {
  shop = new ShopServer(50, 60_000);
  server = createServer((request, response) =>
    shop.answer(request, response, () => {
      void fetch(`${files.url}${request.url}`).then(async (file) => {
        response.writeHead(file.status, { 'Content-Type': file.headers.get('Content-Type') ?? 'text/plain' });
        response.end(new Uint8Array(await file.arrayBuffer()));
      });
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context = await (browser as Browser).newContext();
  tabs = await Promise.all([1, 2, 3].map(() => context.newPage()));
  for (const tab of tabs) await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

afterEach(async () => {
  await context.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (tab: Page): Promise<void> => tab.getByRole('button', { name: 'Request the balance' }).click();
const signOut = (tab: Page): Promise<void> => tab.getByRole('button', { name: 'Sign out' }).click();
const answers = async (tab: Page): Promise<string[]> => {
  await tab.waitForFunction(() => !document.getElementById('answers')?.textContent?.includes('…'));
  return tab.locator('#answers li').allTextContents();
};
const roles = (of: readonly Page[]): Promise<(string | null)[]> =>
  Promise.all(of.map((tab) => tab.locator('#role').textContent()));

describe.skipIf(browser === undefined)('an app in three tabs', () => {
  it('refreshes its token once for all, and once more after signing out', async () => {
    await Promise.all(tabs.flatMap((tab) => [ask(tab), ask(tab)]));
    for (const tab of tabs) expect(await answers(tab)).toEqual(['with token 1', 'with token 1']);
    expect([shop.requests['/token'], shop.requests['/balance']]).toEqual([1, 6]);

    await signOut(tabs[0] as Page);
    expect((await answers(tabs[0] as Page)).at(-1)).toBe('signed out');
    await Promise.all(tabs.map(ask));
    for (const tab of tabs) expect((await answers(tab)).at(-1)).toBe('with token 2');
    expect(shop.requests['/token']).toBe(2);
  });

  it('stays signed out, though a refresh was under way', async () => {
    const [refreshing, leaving] = tabs as [Page, Page];
    let letGo = (): void => {};
    const isHeld = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let arrive = (): void => {};
    const hasArrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await refreshing.route('**/token', async (route) => {
      arrive();
      await isHeld;
      await route.continue();
    });
    await ask(refreshing);
    await hasArrived;
    await signOut(leaving);
    letGo();
    expect(await answers(refreshing)).toEqual(['with token 1']);
    expect(await answers(leaving)).toEqual(['signed out']);
    expect(await leaving.evaluate(() => localStorage.getItem('session'))).toBe(null);
  });

  const isLed = async (of: readonly Page[]): Promise<void> =>
    expect.poll(() => roles(of).then((all) => all.filter((role) => role === 'leads').length), PATIENCE).toBe(1);

  it('goes on looking for messages in the tab that leads after a request has failed', async () => {
    await isLed(tabs);
    const before = await roles(tabs);
    let requests = 0;
    await context.route('**/messages', async (route) => {
      if (++requests === 1) await route.abort();
      else await route.continue();
    });
    await expect.poll(() => requests, PATIENCE).toBeGreaterThan(2);
    expect(await roles(tabs)).toEqual(before);
  });

  it('has one tab that leads, and another one when that is closed', async () => {
    await isLed(tabs);
    const places = await roles(tabs);
    const leader = tabs[places.indexOf('leads')] as Page;
    const others = tabs.filter((tab) => tab !== leader);
    await leader.close();
    await isLed(others);
  });
});
