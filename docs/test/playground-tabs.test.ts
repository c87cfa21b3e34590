import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openSite, type Site, type Tab } from './site.ts';

const FETCH = 1500;

let site: Site;
let tab: Tab;

beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site[Symbol.asyncDispose]());
beforeEach(async () => {
  tab = await site.open('playground/tabs');
  // The tests decide when a token is there, in the frames as well.
  await tab.page.clock.install();
  await tab.page.reload();
  await frame(1, 'idle').waitFor();
  await frame(2, 'idle').waitFor();
  await tab.page.clock.pauseAt(Date.now() + 60_000);
});
afterEach(async () => {
  expect(tab.complaints).toEqual([]);
  await tab[Symbol.asyncDispose]();
});

function frame(number: number, status: string): Locator {
  return tab.page.locator(`[data-actor="frame ${number}"][data-status="${status}"]`);
}

async function press(name: string): Promise<void> {
  await tab.page.getByRole('button', { name, exact: true }).click();
}

async function fetchToken(): Promise<void> {
  await tab.page.clock.runFor(FETCH);
}

async function verdict(): Promise<string> {
  await tab.page.locator('.playground[data-busy="false"]').waitFor();
  return (await tab.page.locator('.verdict').textContent())?.trim() ?? '';
}

it('refreshes the token once, and lets the other frame find it', async () => {
  await press('Ask in frame 1');
  await frame(1, 'holds').waitFor();
  await press('Ask in frame 2');
  await frame(2, 'waits').waitFor();
  await fetchToken();
  expect(await verdict()).toBe('✓ The token was refreshed once, by frame 1.');
  expect(await frame(2, 'done').textContent()).toContain('finds the token of frame 1');
});

it('refreshes the token twice without the lock', async () => {
  await tab.page.getByRole('switch', { name: 'Without the lock' }).click();
  await press('Ask in both frames');
  await frame(1, 'works').waitFor();
  await frame(2, 'works').waitFor();
  await fetchToken();
  expect(await verdict()).toMatch(/^✕ The token was refreshed twice, by frame . and by frame .\.$/);
});

it('gives the lock to the other frame when the holder is removed, and opens that again', async () => {
  await press('Ask in frame 1');
  await frame(1, 'holds').waitFor();
  await press('Ask in frame 2');
  await frame(2, 'waits').waitFor();
  await tab.page.clock.runFor(FETCH / 3);
  await press('Remove the frame that holds');
  await frame(1, 'removed').waitFor();
  expect(await frame(2, 'holds').textContent()).toMatch(/0\.50 s\s*holds the lock/);
  await fetchToken();
  expect(await verdict()).toBe('✓ The token was refreshed once, by frame 2.');

  await press('Open frame 1');
  await frame(1, 'idle').waitFor();
  await press('Ask in frame 1');
  await frame(1, 'holds').waitFor();
  await fetchToken();
  expect(await verdict()).toBe('✓ The token was refreshed once, by frame 1.');
});

it('has one line for the frames of two tabs', async () => {
  const other = await tab.page.context().newPage();
  await other.goto(tab.page.url());
  await other.locator('.playground[data-busy="false"]').waitFor();
  await press('Ask in frame 1');
  await frame(1, 'holds').waitFor();
  await other.getByRole('button', { name: 'Ask in frame 2' }).click();
  await other.locator('[data-actor="frame 2"][data-status="waits"]').waitFor();
  await fetchToken();
  expect(await verdict()).toBe('✓ The token was refreshed once, by frame 1.');
  await other.locator('[data-actor="frame 2"][data-status="done"]').waitFor();
  expect(await other.locator('.verdict').textContent()).toContain('Neither frame has refreshed the token.');
});

it('can be used with the keyboard alone', async () => {
  const { keyboard } = tab.page;
  await tab.page.getByRole('button', { name: 'Ask in frame 1' }).focus();
  await keyboard.press('Enter');
  await frame(1, 'holds').waitFor();
  await keyboard.press('Tab');
  await keyboard.press('Space');
  await frame(2, 'waits').waitFor();
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await frame(1, 'removed').waitFor();
  await frame(2, 'holds').waitFor();
  await keyboard.press('Shift+Tab');
  await keyboard.press('Shift+Tab');
  await keyboard.press('Enter');
  await frame(1, 'idle').waitFor();
  await keyboard.press('Enter');
  await frame(1, 'waits').waitFor();
});

it('says so where there are no Web Locks', async () => {
  await tab.page.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  await tab.page.reload();
  expect(await tab.page.getByRole('alert').textContent()).toContain('This page needs navigator.locks');
  expect(await tab.page.locator('iframe').count()).toBe(0);
});
