// Runs the blocks of the documentation whose fences say tabs, in a page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { type Block, blocksOf, markdownFiles, root, sourceFiles } from '../../packages/valvekit/test/docs-blocks.ts';
import { hasBrowser, Stage } from './browser.ts';

const stage = await Stage.open();

const blocks = [...markdownFiles(), ...sourceFiles()]
  .flatMap((file) => blocksOf(file, readFileSync(join(root, file), 'utf8')))
  .filter(({ needsBrowser }) => needsBrowser);

async function bundled({ code }: Block): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

describe.skipIf(!hasBrowser)('blocks of the documentation', () => {
  it.each(blocks.map((block) => [`${block.file}:${block.line}`, block] as const))('%s runs', async (place, block) => {
    const path = `/${encodeURIComponent(place)}.js`;
    stage.witness.files[path] = await bundled(block);
    const tab = await stage.tab();
    // As a text: vitest would turn the import into one of its own.
    const printed = await tab.page.evaluate(`(async () => {
      const lines = [];
      console.log = (...values) => lines.push(values.join(' '));
      await import('${path}');
      return lines;
    })()`);
    if (block.expected.length > 0) expect(printed).toEqual(block.expected);
    await tab.page.close();
  });

  it('are there', () => {
    expect(new Set(blocks.map(({ file }) => file))).toEqual(
      new Set([
        'docs/guide/across-tabs.md',
        'docs/migration/browser-tabs-lock.md',
        'docs/migration/web-locks.md',
        'packages/tabs/README.md',
        'packages/tabs/src/lead.ts',
        'packages/tabs/src/tab-locks.ts',
      ]),
    );
  });
});
