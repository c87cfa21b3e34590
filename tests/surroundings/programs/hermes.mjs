// Hermes, the engine of React Native, on a bundle that Metro makes with the settings of React Native.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { check } from './check.mjs';

const here = import.meta.dirname;
const require = createRequire(join(here, 'react-native', 'package.json'));
const Metro = require('metro');
const homeOf = (name) => dirname(require.resolve(`${name}/package.json`));

// Metro reads files of the folders it watches only: its own, and a project where what the bundle needs is copied to.
const runtime = dirname(createRequire(require.resolve('metro')).resolve('metro-runtime/package.json'));
const project = join(here, 'metro');
const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const needed = [
  ...Object.keys(dependencies).map((name) => [name, join(here, 'node_modules', name)]),
  ...['abort-controller', 'event-target-shim', '@babel/runtime'].map((name) => [name, homeOf(name)]),
  ['metro-runtime', runtime],
];
for (const [name, home] of needed) {
  cpSync(realpathSync(home), join(project, 'node_modules', name), { recursive: true, dereference: true });
}
const preset = JSON.stringify(require.resolve('@react-native/babel-preset'));
writeFileSync(join(project, 'babel.config.js'), `module.exports = { presets: [${preset}] };`);
writeFileSync(join(project, 'package.json'), '{ "name": "app", "private": true }');

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
  const pool = new Semaphore(2);
  pool.tryTake();
  const late = new AbortController();
  for (const _ of [1, 2]) pool.take({ permits: 2, signal: late.signal }).catch((error) => note('together')(error.name));
  pool.take().then(note('behind them'));
  late.abort();
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
    if (turns++ < 1000) Promise.resolve().then(report);
    else print(JSON.stringify(seen));
  })();
`;
writeFileSync(join(project, 'entry.js'), program);
const expected = [
  'aborted AbortError',
  'all ',
  'async source 3,6',
  'barrier ',
  'behind them undefined',
  'callback ',
  'count ',
  'map 2,4,6',
  'missing undefined,undefined',
  'sandbox async',
  'sandbox keyed',
  'together AbortError',
  'together AbortError',
  'wrap 1,2,3',
  'write W',
];

const hermes = join(here, 'hermes');
copyFileSync(join(homeOf('hermes-engine-cli'), 'linux64-bin', 'hermes'), hermes);
chmodSync(hermes, 0o755);

// Metro takes `main` and its like where a folder has a package.json of its own, as the folder for core/line has.
for (const platform of ['ios', 'web']) {
  await check(
    `${platform}, run by Hermes: locks, callbacks, signals, several at once, async sources with a polyfill`,
    async () => {
      const config = Metro.mergeConfig(await Metro.loadConfig({ cwd: project }), {
        projectRoot: project,
        watchFolders: [project, runtime],
        maxWorkers: 1,
        cacheStores: [],
        fileMapCacheDirectory: here,
        reporter: { update() {} },
        // As in @react-native/metro-config.
        resolver: {
          useWatchman: false,
          platforms: ['ios', 'web'],
          resolverMainFields: ['react-native', 'browser', 'main'],
          unstable_conditionNames: ['react-native'],
        },
        transformer: { babelTransformerPath: require.resolve('@react-native/metro-babel-transformer') },
      });
      const build = { entry: 'entry.js', platform, dev: false, minify: false, sourceMap: true };
      const { code, map } = await Metro.runBuild(config, build);
      // One copy of each file, from one build.
      const files = JSON.parse(map).sources.flatMap((file) => /@valvekit\/core\/dist\/(.*)$/.exec(file)?.[1] ?? []);
      const copies = new Set(files.map((file) => (file.startsWith('browser/') ? 'browser' : file.split('.').at(-1))));
      assert.deepEqual([...copies], ['browser']);
      const file = join(here, `hermes-${platform}.js`);
      const shim = 'var self = globalThis, window = globalThis, console = { warn() {}, error() {}, assert() {} };';
      writeFileSync(file, `${shim}\n${code}`);
      const printed = execFileSync(hermes, ['-Xes6-promise', '-w', file], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      assert.deepEqual(JSON.parse(printed).sort(), expected);
    },
  );
}
