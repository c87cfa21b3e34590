// Runs the blocks of the documentation whose fences name a server, on a server of their own.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { engines } from '@valvekit-internal/servers/postgres-engines';
import { DATABASE, PostgresServer, roles } from '@valvekit-internal/servers/postgres-server';
import { program } from '@valvekit-internal/servers/redis-server';
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

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const blocks = [...markdownFiles(), ...sourceFiles()].flatMap((file) => {
  return blocksOf(file, readFileSync(join(root, file), 'utf8'));
});

async function run(block: (typeof blocks)[number], flags: readonly string[] = []): Promise<void> {
  await runBlock(block, join(folder, 'docs'), ['--conditions=@valvekit/source', ...flags], 60_000);
}

function cases(server: 'redis' | 'postgres'): [string, (typeof blocks)[number]][] {
  return blocks.filter((block) => block.server === server).map((block) => [`${block.file}:${block.line}`, block]);
}

describe.skipIf(program === undefined)('blocks on Redis', async () => {
  if (program === undefined) return;
  const server = await startServer();
  afterAll(() => server.stop());
  // They connect to the usual port.
  process.env.VALVEKIT_PORT = String(server.port);
  const redirect = pathToFileURL(join(import.meta.dirname, 'redirect.ts')).href;

  it.each(cases('redis'))('%s runs', (_, block) => run(block, ['--import', redirect]));
});

describe.skipIf(engines.length === 0)('blocks on PostgreSQL', async () => {
  if (engines.length === 0) return;
  const server = await PostgresServer.start();
  afterAll(() => server.stop());
  // Clients look there for what they are not told.
  const { host, port, user, database } = server.address(roles.owner);
  Object.assign(process.env, { PGHOST: host, PGPORT: port, PGUSER: user, PGDATABASE: database });
  await server.query(DATABASE, `alter schema public owner to ${roles.owner}`);

  it.each(cases('postgres'))('%s runs', (_, block) => run(block));
});

it('are there', () => {
  const filesOf = (server: 'redis' | 'postgres'): string[] => {
    return [...new Set(blocks.filter((block) => block.server === server).map(({ file }) => file))].sort();
  };
  expect(filesOf('redis')).toEqual([
    'docs/guide/across-machines.md',
    'docs/migration/redis-semaphore.md',
    'docs/migration/redlock.md',
    'packages/redis/README.md',
    'packages/redis/src/locks.ts',
  ]);
  expect(filesOf('postgres')).toEqual(
    expect.arrayContaining(['packages/postgres/README.md', 'packages/postgres/src/locks.ts']),
  );
});
