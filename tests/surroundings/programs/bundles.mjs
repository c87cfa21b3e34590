// Bundles for servers and for browsers, which must run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import webpack from 'webpack';
import { check } from './check.mjs';

const here = import.meta.dirname;
const entry = join(here, 'bundle-entry.mjs');
writeFileSync(
  entry,
  `import { Mutex, TimeoutError } from 'valvekit';
   import { Mutex as Same } from '@valvekit/mutex';
   import { TimeoutError as SameError } from '@valvekit/core';
   const mutex = new Mutex();
   mutex.tryLock();
   mutex.lock({ timeout: 0 }).catch((error) => {
     console.log([Mutex === Same, TimeoutError === SameError, error instanceof TimeoutError].join());
   });`,
);
const runs = (file) =>
  assert.equal(execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim(), 'true,true,true');

for (const platform of ['node', 'browser', 'neutral']) {
  for (const format of ['esm', 'cjs']) {
    await check(
      `esbuild, platform ${platform}, ${format}`,
      async () => {
        const outfile = join(here, `bundle-esbuild-${platform}.${format === 'esm' ? 'mjs' : 'cjs'}`);
        await esbuild.build({ entryPoints: [entry], bundle: true, format, platform, outfile });
        runs(outfile);
      },
      'esbuild',
    );
  }
}
for (const target of ['node20', 'web', 'webworker']) {
  await check(
    `webpack, target ${target}`,
    async () => {
      const filename = `bundle-webpack-${target}.cjs`;
      const output = { path: here, filename, globalObject: 'globalThis' };
      const compiler = webpack({
        mode: 'production',
        context: here,
        entry,
        target: [target, 'es2022'].slice(0, target === 'node20' ? 1 : 2),
        output,
      });
      const stats = await new Promise((resolve, reject) =>
        compiler.run((error, result) => (error ? reject(error) : resolve(result))),
      );
      await new Promise((resolve) => compiler.close(resolve));
      assert.equal(stats.hasErrors(), false, stats.toString('errors-warnings'));
      runs(join(here, filename));
    },
    'webpack',
  );
}
