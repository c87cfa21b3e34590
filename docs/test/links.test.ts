import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dist } from './site.ts';

const files = globSync('**/*.html', { cwd: dist }).map((file) => file.replaceAll('\\', '/'));
const html = new Map(files.map((file) => [`/${file}`, readFileSync(join(dist, file), 'utf8')]));
const ids = new Map(
  [...html].map(([file, text]) => [file, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
);

/** The file that a static host serves for a path. */
function fileOf(pathname: string): string | undefined {
  const path = decodeURIComponent(pathname);
  const candidates = path.endsWith('/') ? [`${path}index.html`] : [path, `${path}.html`];
  return candidates.find((candidate) => existsSync(join(dist, candidate)));
}

it('no page has a dead link', () => {
  const dead: string[] = [];
  let checked = 0;
  for (const [page, text] of html) {
    for (const [, address = ''] of text.matchAll(/ (?:href|src)="([^"]+)"/g)) {
      const url = new URL(address.replaceAll('&amp;', '&'), `http://site${page}`);
      if (url.host !== 'site') continue;
      checked++;
      const file = fileOf(url.pathname);
      const id = decodeURIComponent(url.hash.slice(1));
      if (file === undefined || (id !== '' && !ids.get(file)?.has(id))) dead.push(`${page}: ${address}`);
    }
  }
  expect(checked).toBeGreaterThan(500);
  expect([...new Set(dead)]).toEqual([]);
});

it('every guide is listed beside the others', () => {
  const [, sidebar = ''] = /<aside class="VPSidebar(.+?)<\/aside>/s.exec(html.get('/guide/faq.html') ?? '') ?? [];
  const listed = [...sidebar.matchAll(/ href="(\/guide\/[^"]+)"/g)].map(([, path]) => `${path}.html`);
  const guides = [...html.keys()].filter((file) => file.startsWith('/guide/'));
  expect(guides.length).toBeGreaterThan(15);
  expect(listed.toSorted()).toEqual(guides.toSorted());
});
