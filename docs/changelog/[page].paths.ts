// What has changed: the changelog of the umbrella, and before it what is not released yet.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export default {
  watch: ['../../.changeset/*.md', '../../packages/valvekit/CHANGELOG.md'],
  paths: () => [{ params: { page: 'index' }, content: changelog() }],
};

function changelog(): string {
  const unreleased = globSync('.changeset/*.md', { cwd: root })
    .filter((file) => !file.endsWith('README.md'))
    .sort()
    .map(entry);
  const file = join(root, 'packages/valvekit/CHANGELOG.md');
  const released = existsSync(file) ? readFileSync(file, 'utf8').replace(/^# .*\n/, '') : '';
  return [
    '# Changelog',
    'All packages share one version.',
    ...(unreleased.length === 0 ? [] : ['## Not released yet', ...unreleased]),
    released,
    'Older versions, and the notes of each release: [releases on GitHub](https://github.com/devebot/valvekit/releases). Coming from version 0.2? See [what to change](../migration/valvekit-0.2.md).',
  ].join('\n\n');
}

/** A changeset: the packages, and what it says, its headings one level down. */
function entry(file: string): string {
  const [, head = '', text = ''] = /^---\n([\s\S]*?)---\n([\s\S]*)$/.exec(readFileSync(join(root, file), 'utf8')) ?? [];
  const names = [...head.matchAll(/'(.+?)':/g)].map(([, name]) => `\`${name}\``);
  const [first = '', ...rest] = text.trim().split('\n\n');
  return [`### ${first.replaceAll('\n', ' ').replace(/\.$/, '')}`, names.join(' '), ...rest].join('\n\n');
}
