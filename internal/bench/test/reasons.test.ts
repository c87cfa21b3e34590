import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { goals } from '../src/goals.ts';
import { readReasons } from '../src/reasons.ts';

it('finds each reason under the name of its goal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'valvekit-reasons-'));
  try {
    const file = join(folder, 'reasons.md');
    writeFileSync(
      file,
      '# Why\n\nSome words.\n\n## W1 lock: floor\n\nIt is\nthe engine.\n\n## S all: bytes\n\nMore.\n',
    );
    expect(readReasons(file)).toEqual(
      new Map([
        ['W1 lock: floor', 'It is\nthe engine.'],
        ['S all: bytes', 'More.'],
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('has no reason for a goal that does not exist', () => {
  expect(goals.map(({ name }) => name)).toEqual(expect.arrayContaining([...readReasons().keys()]));
});
