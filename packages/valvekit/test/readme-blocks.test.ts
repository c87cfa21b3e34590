// Runs every js and ts block of every Markdown file, and every example of the doc comments, except those that need a
// server or a browser: tests/servers and tests/tabs run them. Compares what it prints with what its comments say, and checks the types of the ts
// blocks.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it, type TestContext } from 'vitest';
import {
  type Block,
  blocksOf,
  makeFolder,
  markdownFiles,
  root,
  runBlock,
  runWithoutLock,
  sourceFiles,
  typeErrorsOf,
} from './docs-blocks.ts';

let folder = '';

beforeAll(() => {
  folder = makeFolder();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(file: string): Block[] {
  return blocksOf(file, readFileSync(join(root, file), 'utf8'));
}

function folderOf({ file }: Block): string {
  return file.startsWith('docs/') ? join(folder, 'docs') : folder;
}

/** On what is published in the projects of tests/built/vitest.config.ts, which have names; otherwise on the sources. */
function isOnSources({ task }: TestContext): boolean {
  return !task.file.projectName;
}

function run(block: Block, context: TestContext): Promise<void> {
  return runBlock(block, folderOf(block), isOnSources(context) ? ['--conditions=@valvekit/source'] : []);
}

function typeErrors(blocks: readonly Block[], context: TestContext): Promise<string> {
  const sources = { customConditions: ['@valvekit/source'], allowImportingTsExtensions: true };
  return typeErrorsOf(blocks, folderOf, isOnSources(context) ? sources : {});
}

const files = [...markdownFiles(), ...sourceFiles()];
const blocks = files.flatMap(read);

describe.concurrent('blocks of the documentation', { timeout: 20_000 }, () => {
  for (const block of blocks.filter(
    ({ isRun, server, needsBrowser }) => isRun && server === undefined && !needsBrowser,
  )) {
    it(`${block.file}:${block.line} runs and prints what its comments say`, (context) => run(block, context));
  }

  for (const block of blocks.filter(({ expectedWithoutLock }) => expectedWithoutLock.length > 0)) {
    it(`${block.file}:${block.line} prints what its comments say if the lock admits everybody`, async ({ expect }) => {
      expect(block.expectedWithoutLock).not.toEqual(block.expected);
      await runWithoutLock(block, folder);
    });
  }

  it('show what goes wrong without the lock, where they are the first that people see', ({ expect }) => {
    const names = ['mutex', 'semaphore', 'rwlock', 'keyed', 'barrier', 'asemaphore', 'lite', 'valvekit'];
    const first = names.flatMap((name) => read(`packages/${name}/README.md`)[0] ?? []);
    const examples = [...read('README.md').filter(({ isTypeScript }) => !isTypeScript), ...first];
    const tame = examples.filter(({ expectedWithoutLock }) => expectedWithoutLock.length === 0);
    expect(examples.length).toBeGreaterThan(12);
    expect(tame.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  });

  it('are type-correct where they are TypeScript', { timeout: 60_000 }, async (context) => {
    context.expect(await typeErrors(blocks, context)).toBe('');
  });

  it('can be parsed by Node 20 where they are JavaScript: they declare nothing with `using`', ({ expect }) => {
    const tooNew = blocks.filter(({ isTypeScript, code }) => !isTypeScript && /^\s*(await )?using\s/m.test(code));
    expect(tooNew.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  });

  it('are marked no-run in few places', ({ expect }) => {
    const notRun = blocks.filter(({ isRun }) => !isRun).map(({ file, line }) => `${file}:${line}`);
    expect(notRun.length, notRun.join(', ')).toBeLessThanOrEqual(blocks.length / 5);
  });

  it('are looked for in every part of the repository', ({ expect }) => {
    expect(files).toEqual(
      expect.arrayContaining([
        '.changeset/README.md',
        'README.md',
        'packages/core/src/contract/acquirable.ts',
        'packages/mutex/src/mutex.ts',
      ]),
    );
  });
});

describe.concurrent('the runner', { timeout: 20_000 }, () => {
  const file = 'packages/valvekit/test/fixtures/docs-blocks.md';
  const [typeScript, commonJs, signature, silent, failing, untrue, quiet, unresolved, untyped, racing] = read(file) as [
    ...[Block, Block, Block, Block, Block, Block, Block, Block, Block, Block],
  ];

  it('finds the js and ts blocks and their lines, and no others', ({ expect }) => {
    expect(read(file).map(({ line, isTypeScript, isRun }) => [line, isTypeScript, isRun])).toEqual([
      [4, true, true],
      [16, false, true],
      [21, true, false],
      [35, false, true],
      [40, true, true],
      [45, false, true],
      [49, false, true],
      [53, false, true],
      [57, true, false],
      [62, false, true],
    ]);
    expect(signature.code).toBe('declare function lock(options?: { timeout?: number }): Promise<void>;');
  });

  it('runs TypeScript with top-level await, and our packages by name', async (context) => {
    await run(typeScript, context);
  });

  it('runs on the sources, or on what is published where that is tested', async (context) => {
    const code = "console.log(/packages.valvekit.(\\w+)/.exec(import.meta.resolve('valvekit'))[1]);";
    const expected = [context.task.file.projectName === 'esm' ? 'dist' : 'src'];
    await run({ ...silent, line: 1, code, expected }, context);
  });

  it('runs CommonJS', async (context) => {
    await run(commonJs, context);
  });

  it('accepts whatever a block prints if its comments say nothing about it', async (context) => {
    await run(silent, context);
  });

  it('fails for a block that throws, and names its line', async (context) => {
    await context.expect(run(failing, context)).rejects.toThrow(`${file}:40 fails`);
    await context.expect(run(failing, context)).rejects.toThrow('docs-blocks.md-40.mjs:41');
  });

  it('fails for a block that prints something else than its comments say', async (context) => {
    await context.expect(run(untrue, context)).rejects.toThrow(`${file}:45 prints\none thing\nbut says\nanother`);
  });

  it('fails for a block that goes as well without the lock', async (context) => {
    const block = { ...untrue, expectedWithoutLock: ['something wrong'] };
    await context.expect(runWithoutLock(block, folder)).rejects.toThrow('prints\none thing\nbut says\nsomething wrong');
  });

  it('fails for a block that prints less than its comments say', async (context) => {
    await context.expect(run(quiet, context)).rejects.toThrow(`${file}:49 prints\n\nbut says\n0`);
  });

  it('fails for a block that imports what does not exist', async (context) => {
    await context.expect(run(unresolved, context)).rejects.toThrow(`${file}:53 fails`);
  });

  it('fails for a block that depends on which of two timers fires first', async (context) => {
    await context.expect(run(racing, context)).rejects.toThrow(`${file}:62 prints\nlater\nsooner\nbut says`);
  });

  it('finds type errors, and where they are', { timeout: 60_000 }, async (context) => {
    const errors = await typeErrors([typeScript, signature, untyped], context);
    context.expect(errors).toContain("docs-blocks.md-57.mts(58,7): error TS2322: Type 'string'");
    context.expect(errors.trimEnd().split('\n')).toHaveLength(1);
  });

  it('refuses a block that does not end', ({ expect }) => {
    expect(() => blocksOf('a.md', 'text\n```js\ncode')).toThrow('a.md:2 opens a block that does not end');
  });
});
