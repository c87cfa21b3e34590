// Runs the blocks of the documentation whose fences say redis, on a server of their own.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import {
  blocksOf,
  makeFolder,
  markdownFiles,
  root,
  runBlock,
  sourceFiles,
} from '../../packages/valvekit/test/docs-blocks.ts';
import { startServer } from './redis-environment.ts';

const server = await startServer();
const folder = makeFolder();
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

// The blocks connect to the usual port.
process.env.VALVEKIT_PORT = String(server.port);
const redirect = pathToFileURL(join(import.meta.dirname, 'redirect.ts')).href;

const blocks = [...markdownFiles(), ...sourceFiles()]
  .flatMap((file) => blocksOf(file, readFileSync(join(root, file), 'utf8')))
  .filter(({ server }) => server === 'redis');

describe('blocks of the documentation', () => {
  it.each(blocks.map((block) => [`${block.file}:${block.line}`, block] as const))('%s runs', async (_, block) => {
    await runBlock(block, join(folder, 'docs'), ['--conditions=@valvekit/source', '--import', redirect], 60_000);
  });

  it('are there', () => {
    expect(new Set(blocks.map(({ file }) => file))).toEqual(
      new Set([
        'docs/guide/across-machines.md',
        'docs/migration/redis-semaphore.md',
        'docs/migration/redlock.md',
        'packages/redis/README.md',
        'packages/redis/src/locks.ts',
      ]),
    );
  });
});
