// Hermes, the engine of React Native, on a bundle as Metro makes it: modules bundled, then Babel, down to ES5.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { transformAsync } from '@babel/core';
import presetEnv from '@babel/preset-env';
import * as esbuild from 'esbuild';
import { check } from './check.mjs';

const home = join(createRequire(import.meta.url).resolve('hermes-engine-cli/package.json'), '..', 'linux64-bin');
const hermes = join(import.meta.dirname, 'hermes');
copyFileSync(join(home, 'hermes'), hermes);
chmodSync(hermes, 0o755);

// React Native has timers, which its native side provides, and an AbortController without reasons.
const program = `
  import 'abort-controller/polyfill';
  import { ASemaphore, Barrier, KeyedLocks, Mutex, ReadWriteLock, Semaphore, acquireAll, map } from 'valvekit';

  const seen = [];
  const note = (what) => (value) => void seen.push(what + ' ' + value);
  const mutex = new Mutex({ name: 'token' });
  mutex.tryLock();
  mutex.sandbox(async () => 'async').then(note('sandbox'));
  mutex.lock(() => { note('callback')(''); mutex.unlock(); });
  const abort = new AbortController();
  mutex.lock({ signal: abort.signal }).catch((error) => note('aborted')(error.name));
  abort.abort();
  mutex.unlock();
  const rw = new ReadWriteLock();
  rw.write.acquire().then((guard) => { note('write')(rw.isLocked); guard.release(); });
  const limit = new Semaphore(2);
  Promise.all([1, 2, 3].map(limit.wrap(async (n) => n))).then(note('wrap'));
  new Barrier(1).wait(1).then(() => note('barrier')(''));
  new KeyedLocks().mutex('a').sandbox(() => 'keyed').then(note('sandbox'));
  acquireAll([new Mutex(), limit]).then((guard) => { guard.release(); note('all')(''); });
  new ASemaphore().wait({ timeout: 0 }).then(() => note('count')(''));
  map(limit, [1, 2, 3], async (n) => n * 2).then(note('map'));
  note('missing')([typeof Symbol.asyncIterator, typeof Symbol.dispose]);
  Symbol.asyncIterator = Symbol('Symbol.asyncIterator'); // what a polyfill does
  let count = 0;
  const next = async () => ({ done: count === 2, value: ++count });
  map(limit, { [Symbol.asyncIterator]: () => ({ next }) }, (n) => n * 3).then(note('async source'));
  let turns = 0;
  (function report() {
    if (turns++ < 100) Promise.resolve().then(report);
    else print(JSON.stringify(seen));
  })();
`;

await check(
  'a bundle for ES5 runs: locks, callbacks, signals, several at once, async sources with a polyfill',
  async () => {
    const { outputFiles } = await esbuild.build({
      stdin: { contents: program, resolveDir: import.meta.dirname },
      bundle: true,
      format: 'iife',
      conditions: ['react-native', 'browser'],
      write: false,
      banner: { js: 'var self = globalThis, window = globalThis, console = { warn() {}, assert() {} };' },
    });
    const { code } = await transformAsync(outputFiles[0].text, {
      presets: [[presetEnv, { targets: 'ie 11', modules: false }]],
      compact: false,
      configFile: false,
      babelrc: false,
    });
    const file = join(import.meta.dirname, 'hermes-bundle.js');
    writeFileSync(file, code);
    const printed = execFileSync(hermes, ['-Xes6-promise', '-w', file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    assert.deepEqual(JSON.parse(printed).sort(), [
      'aborted AbortError',
      'all ',
      'async source 3,6',
      'barrier ',
      'callback ',
      'count ',
      'map 2,4,6',
      'missing undefined,undefined',
      'sandbox async',
      'sandbox keyed',
      'wrap 1,2,3',
      'write W',
    ]);
  },
);
