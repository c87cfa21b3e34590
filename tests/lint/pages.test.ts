import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { pages } from '../../scripts/pages.mjs';

const empty = (name: string): string => `<!-- ${name}:begin -->\n<!-- ${name}:end -->`;
const door = empty('door');

const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({ name, version: '1.2.0', description: `What ${name} is.`, ...more });

const repository = {
  'README.md': `# valvekit\n\n${door}\n\n<!-- why:begin -->\n[Size](#size), [mutex](packages/mutex#readme), [guide](docs/guide/a.md)\n<!-- why:end -->\n`,
  'packages/valvekit/package.json': manifest('valvekit'),
  'packages/valvekit/README.md': `# valvekit\n\n${door}\n\n${empty('why')}\n\nrest\n`,
  'docs/guide/a.md': `# A\n\n${empty('why')}\n`,
};

function pagesOf(changes: Record<string, string> = {}): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'valvekit-pages-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [file, text] of Object.entries({ ...repository, ...changes })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return pages(folder);
}

it('opens the page of each package with what its package.json says', () => {
  const page = pagesOf().get('packages/valvekit/README.md');
  expect(page).toMatch(/^# valvekit\n\n<!-- door:begin -->\n\n\[!\[/);
  expect(page).toContain('\n\nWhat valvekit is.\n\n');
  expect(page).toContain('```sh\nnpm install valvekit\n```\n\n<!-- door:end -->');
  expect(page).toMatch(/\n\nrest\n$/);
});

it('copies parts of README.md, with links that lead to the same places', () => {
  const all = pagesOf();
  expect(all.get('packages/valvekit/README.md')).toContain(
    '[Size](https://github.com/devebot/valvekit#size), [mutex](https://www.npmjs.com/package/@valvekit/mutex), ' +
      '[guide](https://github.com/devebot/valvekit/blob/main/docs/guide/a.md)',
  );
  expect(all.get('docs/guide/a.md')).toContain(
    '[Size](../../README.md#size), [mutex](../../packages/mutex/README.md), [guide](a.md)',
  );
});

it('says what npm serves until 1.0 is there', () => {
  const future = { 'packages/valvekit/package.json': manifest('valvekit', { version: '0.2.0' }) };
  expect(pagesOf(future).get('README.md')).toContain('Until it is out, npm serves `valvekit` 0.2.0');
  expect(pagesOf().get('README.md')).not.toContain('Until it is out');
});

it('shows the version of a package only if npm has it', () => {
  const mutex = (version: string): string => {
    const files = {
      'packages/mutex/package.json': manifest('@valvekit/mutex', { version }),
      'packages/mutex/README.md': `# @valvekit/mutex\n\n${door}\n`,
    };
    return pagesOf(files).get('packages/mutex/README.md') ?? '';
  };
  expect(mutex('0.2.0')).not.toContain('img.shields.io/npm/v/');
  expect(mutex('1.0.0')).toContain('img.shields.io/npm/v/@valvekit/mutex');
});

it('changes nothing that is up to date', () => {
  const once = Object.fromEntries(pagesOf());
  expect(Object.fromEntries(pagesOf(once))).toEqual(once);
});

it('refuses a package without a door, unless it is private', () => {
  const files = { 'packages/new/package.json': manifest('@valvekit/new'), 'packages/new/README.md': '# New\n' };
  expect(() => pagesOf(files)).toThrow('packages/new/README.md has no <!-- door:begin -->');
  const hidden = { ...files, 'packages/new/package.json': manifest('@valvekit/new', { private: true }) };
  expect(pagesOf(hidden).get('packages/new/README.md')).toBe('# New\n');
});

it('refuses a part that README.md does not have', () => {
  expect(() => pagesOf({ 'docs/guide/a.md': empty('nowhere') })).toThrow('README.md has no part nowhere');
});

it('names only badges whose workflow is there', () => {
  const root = join(import.meta.dirname, '../..');
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const workflows = Array.from(readme.matchAll(/actions\/workflows\/([\w.]+)/g), ([, file]) => file as string);
  expect(workflows).not.toEqual([]);
  for (const file of workflows) readFileSync(join(root, '.github/workflows', file));
});
