import { tell } from '@valvekit-internal/laws/web-locks/facts';
import { FakeBrowser } from '@valvekit-internal/laws/web-locks/fake-browser';
import { describe, expect, it } from 'vitest';
import { hasBrowser, Stage } from './browser.ts';

declare const tellFacts: () => Promise<Record<string, string[]>>;

const stage = await Stage.open();

describe.skipIf(!hasBrowser)('the fake browser of the unit tests', () => {
  it('does what Chromium does', async () => {
    const browser = new FakeBrowser();
    const tab = await stage.tab();
    expect(await tell(browser.tab(), () => browser.settle())).toEqual(await tab.run(() => tellFacts()));
    await tab.page.close();
  });
});
