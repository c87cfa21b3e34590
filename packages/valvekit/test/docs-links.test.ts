// What the Markdown files say about each other and about the packages: links work, and READMEs name all exports.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { markdownFiles, root } from './docs-blocks.ts';

const repository = 'https://github.com/devebot/valvekit/';
const site = 'https://devebot.github.io/valvekit/';

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** A link as a path in the repository, if that is where it points. */
function target(link: string, file: string): string | undefined {
  if (link.startsWith(repository)) return /^(?:blob|tree)\/main\/(.*)/.exec(link.slice(repository.length))?.[1];
  if (link.startsWith(site)) return pageOf(link.slice(site.length));
  if (/^[a-z]+:/.test(link)) return undefined;
  return link.startsWith('#') ? file + link : join(dirname(file), link);
}

/** The file that a page of the site is made of. */
function pageOf(path: string): string {
  const [, name] = /^packages\/(\w+)$/.exec(path) ?? [];
  if (name !== undefined) return `packages/${name}/README.md`;
  return `docs/${path === '' || path.endsWith('/') ? `${path}index` : path}.md`;
}

/** The anchors of a file's headings, as GitHub makes them. */
function anchors(markdown: string): string[] {
  return Array.from(markdown.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isThere(path: string): boolean {
  const [file = '', anchor = ''] = path.split('#');
  if (!existsSync(join(root, file))) return false;
  // GitHub shows the README below the files of a folder.
  return anchor === '' || anchor === 'readme' || anchors(read(file)).includes(anchor);
}

it('links have targets that exist', () => {
  const dead: string[] = [];
  // The pages of the site only link to what is generated; its build checks that.
  for (const file of markdownFiles().filter((name) => !/^docs\/(?!guide|decisions|migration)/.test(name))) {
    const prose = read(file).replace(/^ *(`{3,}).*?^ *\1$/gms, '');
    for (const [, link = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      const path = target(link, file);
      if (path !== undefined && !isThere(path)) dead.push(`${file}: ${link}`);
    }
  }
  expect(dead).toEqual([]);
});

it('homepages of packages are pages of the site', () => {
  const homepages = globSync('packages/*/package.json', { cwd: root }).map((file) => {
    const { homepage } = JSON.parse(read(file)) as { homepage: string };
    return homepage.startsWith(site) ? pageOf(homepage.slice(site.length)) : homepage;
  });
  expect(homepages.length).toBeGreaterThan(9);
  expect(homepages.filter((page) => !isThere(page))).toEqual([]);
});

it.each([
  'core',
  'mutex',
  'rwlock',
  'semaphore',
  'barrier',
  'asemaphore',
  'keyed',
  'lite',
  'inspect',
  'redis',
  'tabs',
  'postgres',
  'lease',
  'valvekit',
])('the README of %s names all that it exports', (name) => {
  const index = read(`packages/${name}/src/index.ts`).replace(/\/\/.*$/gm, '');
  const lists = Array.from(index.matchAll(/\{([^}]*)\}/g), ([, list = '']) => list.split(','));
  const names = lists
    .flat()
    .map((item) => item.trim().split(' ').at(-1) ?? '')
    .filter((item) => item !== '');
  const readme = read(`packages/${name}/README.md`);
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((item) => !new RegExp(`\\b${item}\\b`).test(readme))).toEqual([]);
});
