// Takes a screenshot of each page of the built site, light and dark, on a phone and on a desktop.
// Usage: node docs/screenshots.ts [folder] [part of the page's path]
import { globSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launchBrowser, serveFolder } from '@valvekit-internal/browser';

const site = join(import.meta.dirname, '.vitepress/dist');
const [folder = join(import.meta.dirname, '.vitepress/screenshots'), part = ''] = process.argv.slice(2);
const viewports = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 860 } };

mkdirSync(folder, { recursive: true });
const pages = globSync('**/*.html', { cwd: site }).filter((page) => page !== '404.html' && page.includes(part));
await using server = await serveFolder(site);
const browser = await launchBrowser();
for (const colorScheme of ['light', 'dark'] as const) {
  for (const [device, viewport] of Object.entries(viewports)) {
    const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
    const tab = await context.newPage();
    for (const page of pages.sort()) {
      await tab.goto(`${server.url}/${page}`, { waitUntil: 'networkidle' });
      // Some elements are drawn when they scroll into view.
      await tab.evaluate(async () => {
        for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
          scrollTo(0, y);
          await new Promise(requestAnimationFrame);
        }
        scrollTo(0, 0);
      });
      await tab.waitForLoadState('networkidle');
      const name = `${page.replace(/\.html$/, '').replaceAll(/[/\\]/g, '-')}-${device}-${colorScheme}.png`;
      await tab.screenshot({ path: join(folder, name), fullPage: true });
    }
    await context.close();
  }
}
await browser.close();
console.log(`${pages.length * 4} screenshots in ${resolve(folder)}`);
