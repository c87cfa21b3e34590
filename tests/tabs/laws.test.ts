import { said } from '@valvekit-internal/laws/any-scope';
import { describe, expect, it } from 'vitest';
import { hasBrowser, Stage } from './browser.ts';
import type { runLaws as RunLaws, runSharedProgram as RunSharedProgram } from './page/laws.ts';

declare const runLaws: typeof RunLaws;
declare const runSharedProgram: typeof RunSharedProgram;

const stage = await Stage.open();

describe.skipIf(!hasBrowser)('TabLocks', () => {
  it.for(['a page', 'worker', 'service worker'] as const)('keeps the laws of the contract in %s', async (where) => {
    const tab = await stage.tab();
    const context = where === 'a page' ? tab : await tab.worker(where);
    const { kept, broken } = await context.run(() => runLaws());
    expect(broken).toEqual([]);
    expect(kept).toBeGreaterThan(350);
    await tab.page.close();
  });

  it('runs the program that does not know where its locks are', async () => {
    const tab = await stage.tab();
    expect(await tab.run(() => runSharedProgram())).toEqual(said);
    const worker = await tab.worker('shared worker');
    expect(await worker.run(() => runSharedProgram())).toEqual(said);
    await tab.page.close();
  });
});
