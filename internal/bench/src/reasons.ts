import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why goals are not met, by goal name. Written by hand in `reasons.md`, each under a heading with the name of the goal. */
export function readReasons(file = join(import.meta.dirname, '../reasons.md')): Map<string, string> {
  const [, ...sections] = readFileSync(file, 'utf8').split(/^## /m);
  return new Map(
    sections.map((section) => {
      const [name = '', ...text] = section.split('\n');
      return [name.trim(), text.join('\n').trim()];
    }),
  );
}
