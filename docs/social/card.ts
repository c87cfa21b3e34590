// Draws the card that is shown where somebody shares a link to the site: node docs/social/card.ts
import { join } from 'node:path';
import { launchBrowser } from '@valvekit-internal/browser';

const bar = (left: number, width: number, color: string): string =>
  `<i style="left:${left}px;width:${width}px;background:${color}"></i>`;
const red = '#d9645a';
const green = '#3fae78';
const yellow = 'repeating-linear-gradient(135deg,#e9b44a 0 8px,#f7d68c 8px 16px)';
const lanes = (title: string, rows: string[], balance: string, color: string): string => `
  <section style="border-color:${color}"><h2>${title}</h2>
  ${rows.map((row) => `<div>${row}</div>`).join('')}
  <p>balance <b style="color:${color}">${balance}</b></p></section>`;

const html = `<!doctype html><style>
  body { box-sizing: border-box; width: 1200px; height: 630px; margin: 0; padding: 64px 72px; background: #12201a; color: #f2f7f4; font: 32px/1.4 Inter, system-ui, sans-serif }
  h1 { margin: 0; font-size: 76px; line-height: 1.05 } h1 + p { margin: 16px 0 40px; color: #b9cdc2 }
  main { display: flex; gap: 32px } section { flex: 1; padding: 20px 28px; border: 3px solid; border-radius: 20px }
  h2 { margin: 0 0 12px; font-size: 26px } div { position: relative; height: 38px } i { position: absolute; top: 6px; height: 26px; border-radius: 8px }
  section p { margin: 10px 0 0; font: 30px ui-monospace, monospace } b { font-size: 36px }
</style>
<h1>valvekit</h1><p>Locks for async JavaScript: in one thread or across machines</p>
<main>
  ${lanes('Without a lock', [bar(0, 180, red), bar(50, 170, red), bar(100, 150, red)], '95 ✕', red)}
  ${lanes('With a lock', [bar(0, 180, green), bar(50, 126, yellow) + bar(180, 160, green), bar(100, 236, yellow) + bar(344, 110, green)], '65 ✓', green)}
</main>`;

const browser = await launchBrowser();
const page = await browser.newPage({ viewport: { width: 1200, height: 630 } });
await page.setContent(html);
await page.screenshot({ path: join(import.meta.dirname, '../public/social-card.png') });
await browser.close();
