// One page per package: its README, without badges, which are pictures of other hosts.
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const packages = join(import.meta.dirname, '../../packages');

export default {
  watch: ['../../packages/*/README.md'],
  paths: () =>
    globSync('*/README.md', { cwd: packages }).map((readme) => ({
      params: { name: basename(dirname(readme)) },
      content: readFileSync(join(packages, readme), 'utf8')
        .replace(/^\[!\[.*\n/gm, '')
        // The site itself.
        .replace(/^\[Website\]\(\S+\) · /m, ''),
    })),
};
