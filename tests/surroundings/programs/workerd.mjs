// Cloudflare Workers: workerd, through miniflare. Argument: nothing, or nodejs_compat.
import assert from 'node:assert/strict';
import * as esbuild from 'esbuild';
import { Miniflare } from 'miniflare';
import { check } from './check.mjs';

const flags = process.argv.slice(2);
const { outputFiles } = await esbuild.build({
  stdin: {
    contents: `
      import { Mutex, Semaphore, Barrier } from 'valvekit';
      const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      const shared = new Mutex();
      const sandboxed = new Mutex();
      const trials = {
        async own() {
          const mutex = new Mutex();
          const seen = [];
          await Promise.all([1, 2, 3].map((n) => mutex.sandbox(async () => { await sleep(5); seen.push(n); })));
          mutex.tryLock();
          mutex.lock(() => { seen.push('callback'); mutex.unlock(); });
          mutex.unlock();
          const refused = await new Barrier(0).wait(1, { timeout: 5 }).catch((error) => error.name);
          return [...seen, refused].join();
        },
        async acquire() {
          const guard = await shared.acquire({ timeout: 3000 });
          try {
            await sleep(150);
          } finally {
            guard.release();
          }
          return 'done';
        },
        async sandbox() {
          await sandboxed.sandbox(() => sleep(150), { timeout: 3000 });
          return 'done';
        },
        async state() { return String(shared.isLocked); },
      };
      export default {
        async fetch(request) {
          return new Response(await trials[new URL(request.url).pathname.slice(1)]());
        },
      };`,
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  format: 'esm',
  conditions: ['workerd', 'worker', 'browser'],
  write: false,
});
const miniflare = new Miniflare({
  modules: true,
  script: outputFiles[0].text,
  compatibilityDate: '2026-01-01',
  compatibilityFlags: flags,
  handleRuntimeStdio(stdout, stderr) {
    stdout.resume();
    stderr.resume();
  },
});
try {
  await miniflare.ready;
  const get = async (path) => {
    const response = await miniflare.dispatchFetch(`http://localhost/${path}`);
    return response.ok ? response.text() : `failed: ${response.status}`;
  };
  await check('a lock of one request', async () => {
    assert.equal(await get('own'), '1,2,3,callback,TimeoutError');
  });
  await check('three requests, acquire({ timeout }) of a shared lock: all are served', async () => {
    assert.deepEqual(await Promise.all(['acquire', 'acquire', 'acquire'].map(get)), ['done', 'done', 'done']);
    assert.equal(await get('state'), 'false');
  });
  await check(
    'three requests, sandbox() of a shared lock: not all are served, as the page "Where it runs" says',
    async () => {
      const answers = await Promise.all(
        [1, 2, 3].map(() =>
          Promise.race([
            get('sandbox').catch((error) => `failed: ${error}`),
            new Promise((r) => setTimeout(r, 5000, 'hangs')),
          ]),
        ),
      );
      assert.equal(answers.filter((answer) => answer === 'done').length < 3, true);
    },
  );
} finally {
  await miniflare.dispose();
}
