// webpack 4, which knows neither ES2022 nor `exports`: without Babel and with it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import webpack from 'webpack4';
import { check } from './check.mjs';

const here = import.meta.dirname;
const entry = join(here, 'webpack4-entry.js');
writeFileSync(
  entry,
  `import { Mutex, TimeoutError } from 'valvekit';
   import { Mutex as Same } from '@valvekit/mutex';
   const mutex = new Mutex();
   mutex.tryLock();
   mutex.lock({ timeout: 0 }).catch((error) => {
     console.log([Mutex === Same, error instanceof TimeoutError].join());
   });`,
);
writeFileSync(
  join(here, 'babel-loader.cjs'),
  `module.exports = function (source) {
     const done = this.async();
     Promise.all([import('@babel/core'), import('@babel/preset-env')])
       .then(([babel, { default: presetEnv }]) =>
         babel.transformAsync(source, {
           presets: [[presetEnv, { targets: 'ie 11', modules: false }]],
           configFile: false,
           babelrc: false,
           sourceType: 'module',
         }),
       )
       .then(({ code }) => done(null, code), done);
   };`,
);
const file = join(here, 'bundle-webpack4.cjs');

function bundle(rules) {
  const output = { path: here, filename: 'bundle-webpack4.cjs', globalObject: 'globalThis' };
  const compiler = webpack({ mode: 'production', context: here, entry, target: 'web', output, module: { rules } });
  return new Promise((resolve, reject) =>
    compiler.run((error, stats) => (error ? reject(error) : resolve(stats.toString('errors-only')))),
  );
}

await check('ES2022 is more than it can parse, as the page "Where it runs" says', async () => {
  assert.match(await bundle([]), /Module parse failed/);
});
await check('with Babel on valvekit and @valvekit/*, the bundle runs', async () => {
  const include = /node_modules[\\/](@valvekit|valvekit)[\\/]/;
  const errors = await bundle([{ test: /\.js$/, include, use: join(here, 'babel-loader.cjs') }]);
  assert.equal(errors, '');
  assert.equal(execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim(), 'true,true');
});
