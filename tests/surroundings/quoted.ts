// The pages of the guide whose code needs a tool: what they show must stand in the programs that run it.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tried } from './tried.ts';

const here = import.meta.dirname;
const guide = join(here, '..', '..', 'docs', 'guide');

/** Compares the blocks that are marked no-run with the programs, whatever their indentation. */
export function quoted(folder: string, pages: string[]): Tried[] {
  const manifest = readFileSync(join(folder, 'node_modules', 'valvekit', 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const files = globSync('{programs,jest,vitest}/*', { cwd: here });
  const programs = files.map((file) => flat(readFileSync(join(here, file), 'utf8'))).join('\n');
  return pages.flatMap((page) => {
    const text = readFileSync(join(guide, page), 'utf8');
    return [...text.matchAll(/^```js no-run\n([\s\S]*?)^```/gm)].map(([, code = '']) => {
      const [first] = code.trim().split('\n');
      const isThere = programs.includes(flat(code));
      return { version, what: `${page}: ${first}`, error: isThere ? undefined : 'stands in no program' };
    });
  });
}

function flat(code: string): string {
  return code.replace(/\s+/g, '');
}
