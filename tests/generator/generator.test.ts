import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Copy } from './copy.ts';

const copy = new Copy();

beforeAll(() => copy.fill());
afterAll(() => copy.remove());

describe('pnpm new', () => {
  it.each([
    ['', 'A name consists of lowercase letters, digits and hyphens'],
    ['Latch', 'A name consists of lowercase letters, digits and hyphens'],
    ['rate_limit', 'A name consists of lowercase letters, digits and hyphens'],
    ['../latch', 'A name consists of lowercase letters, digits and hyphens'],
    ['mutex', 'packages/mutex already exists.'],
    ['promise', 'The class of "promise" would be Promise, but that is already a global.'],
  ])('rejects the name %o and says why', async (name, why) => {
    await expect(copy.run('node', 'scripts/new.mjs', name)).rejects.toThrow(why);
  });
});

describe('the package that pnpm new creates', () => {
  // Two words, so that the names of the package, the class and the files differ.
  const folder = 'packages/revolving-door';

  beforeAll(async () => {
    await copy.run('pnpm', 'run', 'new', 'revolving-door');
  });

  it.each([
    ['builds', 'exec turbo run build --filter=./packages/*'],
    ['has no type errors', 'run typecheck'],
    ['is formatted and linted', 'run lint'],
    ['can be published', 'exec turbo run check:pkg --filter=@valvekit/revolving-door'],
    ['fits into the workspace', 'exec sherif'],
    ['contains nothing unused', 'exec knip -c internal/build/knip.json'],
    ['passes its tests', `exec vitest run ${folder} --coverage --coverage.include=${folder}/src/**`],
    ['passes its tests on the build', `exec vitest run -c tests/built/vitest.config.ts ${folder}`],
  ])('%s', async (_, command) => {
    await copy.run('pnpm', ...command.split(' '));
  });

  it('has a README whose example runs', async () => {
    const test = 'exec vitest run packages/valvekit/test/readme-blocks.test.ts --typecheck.enabled=false';
    await copy.run('pnpm', ...test.split(' '), `-t=${folder}/README.md`);
    const report = readFileSync(join(copy.folder, 'reports/unit.json'), 'utf8');
    expect(JSON.parse(report)).toMatchObject({ numPassedTests: 1 });
  });
});
