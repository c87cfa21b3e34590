// The sandbox of Next.js edge functions, around a bundle as its bundler makes it.
import assert from 'node:assert/strict';
import { EdgeVM } from '@edge-runtime/vm';
import * as esbuild from 'esbuild';
import { check } from './check.mjs';

const { outputFiles } = await esbuild.build({
  stdin: { contents: "export * from 'valvekit';", resolveDir: import.meta.dirname },
  bundle: true,
  format: 'iife',
  globalName: 'valvekit',
  conditions: ['edge-light', 'worker', 'browser'],
  write: false,
});
const [{ text: bundle }] = outputFiles;

const program = `(async () => {
  const { Mutex, Semaphore, Barrier } = valvekit;
  const mutex = new Mutex();
  mutex.tryLock();
  const seen = [];
  const queued = mutex.sandbox(async () => void seen.push('sandbox'));
  mutex.lock(() => { seen.push('callback'); mutex.unlock(); });
  mutex.unlock();
  await queued;
  const refused = await new Barrier(0).wait(1, { timeout: 5 }).catch((error) => error.name);
  const limit = new Semaphore(2);
  await Promise.all([1, 2, 3].map(limit.wrap(async (n) => n)));
  const abort = new AbortController();
  mutex.tryLock();
  const aborted = mutex.lock({ signal: abort.signal }).catch((error) => error.name);
  abort.abort();
  return [...seen, refused, await aborted].join();
})()`;
const expected = 'sandbox,callback,TimeoutError,AbortError';

const scuttled = "Object.defineProperty(globalThis, 'process', { get() { throw new Error('not supported here'); } });";
const surroundings = {
  'as it comes': '',
  'process without getBuiltinModule': 'globalThis.process = { env: {} };',
  'getBuiltinModule throws, as in the sandbox of Next.js':
    "globalThis.process = { getBuiltinModule() { throw new Error('not supported here'); } };",
  'reading process throws': scuttled,
};
for (const [what, before] of Object.entries(surroundings)) {
  await check(what, async () => {
    const vm = new EdgeVM();
    vm.evaluate(before);
    vm.evaluate(bundle);
    assert.equal(await vm.evaluate(program), expected);
  });
}

await check('a callback’s error is reported', async () => {
  const vm = new EdgeVM();
  vm.evaluate(bundle);
  const { promise, resolve } = Promise.withResolvers();
  process.once('uncaughtException', resolve);
  process.once('unhandledRejection', resolve);
  vm.evaluate(
    `{ const m = new valvekit.Mutex(); m.tryLock(); m.lock(() => { throw new Error('mine'); }); m.unlock(); }`,
  );
  assert.equal((await promise).message, 'mine');
});
