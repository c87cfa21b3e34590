import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Copy } from './copy.ts';

const copy = new Copy();

beforeAll(() => copy.fill());
afterAll(() => copy.remove());

describe('pnpm new', () => {
  it.each([
    ['', 'A name is made of lower-case letters, digits and hyphens'],
    ['Latch', 'A name is made of lower-case letters, digits and hyphens'],
    ['rate_limit', 'A name is made of lower-case letters, digits and hyphens'],
    ['../latch', 'A name is made of lower-case letters, digits and hyphens'],
    ['mutex', 'packages/mutex is there already.'],
    ['promise', 'The class of "promise" would be Promise, and that is a global already.'],
  ])('refuses the name %o and says why', async (name, why) => {
    await expect(copy.run('node', 'scripts/new.mjs', name)).rejects.toThrow(why);
  });
});

describe('the package that pnpm new makes', () => {
  // Two words, so that the name of the package, the class and the files differ.
  const folder = 'packages/revolving-door';

  beforeAll(async () => {
    await copy.run('pnpm', 'run', 'new', 'revolving-door');
  });

  it.each([
    ['is built', 'exec turbo run build --filter=./packages/*'],
    ['has no type errors', 'run typecheck'],
    ['is formatted and linted', 'run lint'],
    ['is fit to be published', 'exec turbo run check:pkg --filter=@valvekit/revolving-door'],
    ['fits into the workspace', 'exec sherif'],
    ['has nothing that is not used', 'exec knip -c internal/build/knip.json'],
    ['passes its tests', `exec vitest run ${folder} --coverage --coverage.include=${folder}/src/**`],
    ['passes them on what is built', `exec vitest run -c tests/built/vitest.config.ts ${folder}`],
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
