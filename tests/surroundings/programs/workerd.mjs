// Cloudflare Workers: workerd, through miniflare. Argument: nothing, or nodejs_compat.
import assert from 'node:assert/strict';
import * as esbuild from 'esbuild';
import { Miniflare } from 'miniflare';
import { check } from './check.mjs';

const flags = process.argv.slice(2);
const hasNode = flags.includes('nodejs_compat');
const { outputFiles } = await esbuild.build({
  stdin: {
    contents: `
      import { acquireAll, Barrier, KeyedLocks, Mutex, map, ReadWriteLock, Semaphore, sandboxAll, stream } from 'valvekit';
      import * as lite from '@valvekit/lite';
      ${hasNode ? "import { AsyncLocalStorage } from 'node:async_hooks';" : ''}
      const storage = ${hasNode ? 'new AsyncLocalStorage()' : '{ run: (_, fn) => fn(), getStore: () => undefined }'};
      const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      const options = { timeout: 3000 };

      const shared = new Mutex();
      const mutex = new Mutex();
      const limit = new Semaphore(1);
      const unlimited = new Mutex();
      const rw = new ReadWriteLock();
      const keyed = new KeyedLocks();
      const pair = [new Mutex(), new Mutex()];
      const small = new lite.Mutex();
      const gate = new Barrier(0);

      // Each takes a lock that all requests share, and calls its function, which uses the request it was called in.
      const ways = {
        async acquire(fn) {
          const guard = await shared.acquire(options);
          try {
            return await fn();
          } finally {
            guard.release();
          }
        },
        sandbox: (fn) => mutex.sandbox(fn, { timeout: 3000 }),
        'write side': (fn) => rw.write.sandbox(fn, options),
        keyed: (fn) => keyed.mutex('key').sandbox(fn, options),
        sandboxAll: (fn) => sandboxAll(pair, fn, options),
        lite: (fn) => small.sandbox(fn, options),
        'sandbox without a timeout': (fn) => unlimited.sandbox(fn),
        map: async (fn) => (await map(limit, [1], fn, options))[0],
        async stream(fn) {
          for await (const result of stream(limit, [1], fn, options)) return result;
        },
        callback: (fn) =>
          new Promise((resolve, reject) =>
            shared.lock(function (error) {
              if (error) return reject(error);
              fn().then(resolve, reject).finally(() => this.unlock());
            }, options),
          ),
      };

      async function own() {
        const mutex = new Mutex();
        const seen = [];
        await Promise.all([1, 2, 3].map((n) => mutex.sandbox(async () => { await sleep(5); seen.push(n); })));
        mutex.tryLock();
        mutex.lock(() => { seen.push('callback'); mutex.unlock(); });
        mutex.unlock();
        const refused = await new Barrier(0).wait(1, { timeout: 5 }).catch((error) => error.name);
        seen.push(refused, (await map(new Semaphore(2), [1, 2, 3], async (n) => { await sleep(5); return n; })).join('+'));
        for await (const n of stream(new Semaphore(2), [4, 5], async (n) => n)) seen.push(n);
        const failed = await map(new Semaphore(1), [1, 2], () => sleep(1).then(() => { throw new Error('mine'); }))
          .catch((error) => error.message);
        const aborted = await map(new Semaphore(0), [1], () => {}, { signal: AbortSignal.timeout(5) })
          .catch((error) => error.name);
        const guard = await acquireAll([mutex, new Semaphore(2)]);
        guard.release();
        return [...seen, failed, aborted].join();
      }

      export default {
        async fetch(request) {
          const name = decodeURIComponent(new URL(request.url).pathname.slice(1));
          if (name === 'own') return new Response(await own());
          if (name === 'wait') {
            const answer = await new Promise((resolve, reject) =>
              gate.wait(1, (error) => (error ? reject(error) : resolve(request.text())), options));
            return new Response(answer);
          }
          if (name === 'open') {
            gate.set(1);
            return new Response('opened');
          }
          // What belongs to one request, as its body does, cannot be used in another.
          const answer = await storage.run(name, () =>
            ways[name](async () => {
              await sleep(100);
              return (await request.text()) + ' ' + storage.getStore();
            }));
          return new Response(answer);
        },
      };`,
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  format: 'esm',
  conditions: ['workerd', 'worker', 'browser'],
  external: ['node:async_hooks'],
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
  const post = async (path, body) => {
    const response = await miniflare.dispatchFetch(`http://localhost/${encodeURIComponent(path)}`, {
      method: 'POST',
      body,
    });
    return response.ok ? response.text() : `failed: ${response.status}`;
  };
  await check('a lock of one request', async () => {
    assert.equal(await post('own', ''), '1,2,3,callback,TimeoutError,1+2+3,4,5,mine,TimeoutError');
  });
  const ways = ['acquire', 'sandbox', 'write side', 'keyed', 'sandboxAll', 'lite', 'map', 'stream', 'callback'];
  for (const way of ways) {
    await check(`three requests share a lock, ${way}: each runs in its own request`, async () => {
      const answers = await Promise.all(['a', 'b', 'c'].map((body) => post(way, body)));
      const store = hasNode ? way : undefined;
      assert.deepEqual(
        answers,
        ['a', 'b', 'c'].map((body) => `${body} ${store}`),
      );
    });
  }
  await check('without a timeout not all are served, as the page "Where it runs" says', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map((body) => post('sandbox without a timeout', body)));
    assert.ok(
      answers.some((answer) => answer.startsWith('failed')),
      answers.join(),
    );
  });
  await check('a callback that another request calls runs in its own request', async () => {
    const waiting = post('wait', 'mine');
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(await post('open', ''), 'opened');
    assert.equal(await waiting, 'mine');
  });
} finally {
  await miniflare.dispose();
}
