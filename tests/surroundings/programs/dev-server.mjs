// A dev server that loads a module again after a change.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { check } from './check.mjs';

const root = join(import.meta.dirname, 'dev-server');
mkdirSync(root);
writeFileSync(
  join(root, 'locks.js'),
  `import { Mutex } from 'valvekit';
   export const plain = new Mutex();
   export const kept = (globalThis.migrations ??= new Mutex({ name: 'migrations' }));`,
);
const server = await createServer({
  root,
  configFile: false,
  logLevel: 'silent',
  server: { middlewareMode: true, watch: null, ws: false },
});
try {
  await check('a module that is loaded again makes a second lock, unless that is on globalThis', async () => {
    const before = await server.ssrLoadModule('/locks.js');
    server.moduleGraph.invalidateAll();
    const after = await server.ssrLoadModule('/locks.js');
    assert.notEqual(after.plain, before.plain);
    assert.equal(after.kept, before.kept);
    assert.equal(await after.kept.sandbox(() => 'alone'), 'alone');
  });
} finally {
  await server.close();
}
