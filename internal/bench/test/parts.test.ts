import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apply, parts } from '../src/parts.ts';
import { partsOfKeyedLocks, partsOfSeveral, partsOfTabLocks } from '../src/parts-beside.ts';
import { partsOfWatch } from '../src/parts-of-watch.ts';

const packages = join(import.meta.dirname, '../../../packages');

describe('the parts of a lock', () => {
  it.each([parts, partsOfKeyedLocks, partsOfSeveral, partsOfTabLocks, partsOfWatch].flat())(
    'are still where they are looked for: $name',
    ({ edits }) => {
      for (const edit of edits) {
        const path = join(packages, edit[0]);
        const text = readFileSync(path, 'utf8');
        expect(apply(path, text, [edit]), `${edit[0]}: ${edit[1]}`).not.toBe(text);
      }
    },
  );
});
