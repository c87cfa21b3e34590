import { type Browser, chromium } from 'playwright-core';
import { chromiumExecutable } from './chromium.ts';

/** Flags that keep Chromium quiet and offline, and let it run as root and in a container. */
export const quietFlags = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--disable-component-update',
  '--disable-background-networking',
];

/** Launches a headless Chromium: the one of `chromiumExecutable()`, or else an installed Chrome. */
export async function launchBrowser(): Promise<Browser> {
  const executable = await chromiumExecutable();
  return chromium.launch({
    args: quietFlags,
    ...(executable === undefined ? { channel: 'chrome' } : { executablePath: executable.path }),
  });
}

/** The same for suites that do not run where there is none. In CI there must be one. */
export function launchBrowserIfThere(): Promise<Browser | undefined> {
  return launchBrowser().catch((error: unknown) => {
    if (process.env.CI) throw error;
    return undefined;
  });
}
