import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why goals are not met, by their names: written by hand in `reasons.md`, each below a heading with the goal's name. */
export function readReasons(file = join(import.meta.dirname, '../reasons.md')): Map<string, string> {
  const [, ...sections] = readFileSync(file, 'utf8').split(/^## /m);
  return new Map(
    sections.map((section) => {
      const [name = '', ...text] = section.split('\n');
      return [name.trim(), text.join('\n').trim()];
    }),
  );
}
