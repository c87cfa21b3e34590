import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Contestant } from '../src/contestants.ts';
import { sizeLines } from '../src/sizes.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'valvekit-sizes-'));
  const home = join(folder, 'node_modules', 'valvekit');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "name": "valvekit", "type": "module", "exports": "./index.js" }');
  writeFileSync(join(home, 'index.js'), "export class Mutex { lock() { return 'the only thing here'; } }\n");
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('sizeLines', () => {
  it('measures what a commit exports, and says what it does not export', async () => {
    const program = join(folder, 'program.js');
    const then: Contestant = { name: 'valvekit at 1234567', subject: 'valvekit', kind: 'before', program };
    const lines = await sizeLines([then]);
    const of = (row: string) => lines.find((line) => line.row === row)?.measurements[0];
    expect(of('S Mutex')).toEqual({ subject: then.name, kind: 'before', rounds: [expect.any(Number)] });
    expect(of('S KeyedLocks')).toMatchObject({ rounds: [], wrong: expect.stringContaining('KeyedLocks') });
  });
});
