import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import * as vite from 'vite';
import webpack from 'webpack';

/** Bundles a file for production into the folder `out`, which nothing else uses, and resolves to the minified code. */
export type Bundle = (entry: string, out: string) => Promise<string>;

const run = promisify(execFile);

async function withEsbuild(entry: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

// Rollup has no minifier of its own.
async function withRollup(entry: string): Promise<string> {
  const build = await rollup({ input: entry, plugins: [nodeResolve()] });
  const { output } = await build.generate({ format: 'es' });
  await build.close();
  const { code } = await esbuild.transform(output[0].code, { minify: true, format: 'esm', target: 'es2022' });
  return code;
}

async function withVite(entry: string, out: string): Promise<string> {
  await vite.build({
    root: dirname(entry),
    configFile: false,
    logLevel: 'warn',
    build: {
      target: 'es2022',
      outDir: out,
      // Vite's preloader for other chunks is not needed, because there are none.
      modulePreload: { polyfill: false },
      rolldownOptions: { input: entry, output: { entryFileNames: 'bundle.js' } },
    },
  });
  return readFile(join(out, 'bundle.js'), 'utf8');
}

async function withWebpack(entry: string, out: string): Promise<string> {
  const compiler = webpack({
    context: dirname(entry),
    entry,
    mode: 'production',
    target: ['web', 'es2022'],
    cache: false,
    output: { path: out, filename: 'bundle.js' },
  });
  await new Promise<void>((resolve, reject) => {
    compiler.run((error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors()) reject(new Error(stats.toString('errors-only')));
      else compiler.close(() => resolve());
    });
  });
  return readFile(join(out, 'bundle.js'), 'utf8');
}

async function withParcel(entry: string, out: string): Promise<string> {
  const parcel = fileURLToPath(import.meta.resolve('parcel/lib/bin.js'));
  // Parcel writes to its cache folder even with --no-cache.
  const folders = ['--dist-dir', out, '--cache-dir', `${out}-cache`];
  const options = ['--no-cache', '--no-source-maps', '--log-level', 'warn'];
  const cwd = dirname(entry);
  await run(process.execPath, [parcel, 'build', entry, ...folders, ...options], { cwd });
  return readFile(join(out, basename(entry)), 'utf8');
}

/** Bun is not a package to import, but a program that may be missing. */
export function withBun(executable: string): Bundle {
  return async (entry) => {
    const { stdout } = await run(executable, ['build', entry, '--minify', '--format=esm'], { cwd: dirname(entry) });
    return stdout;
  };
}

/** The bundlers installed in this folder. */
export const bundlers: [name: string, bundle: Bundle][] = [
  ['esbuild', withEsbuild],
  ['Rollup', withRollup],
  ['Vite', withVite],
  ['webpack', withWebpack],
  ['Parcel', withParcel],
];
