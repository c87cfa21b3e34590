// Type-checks the programs in `types` with one compiler and many settings.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './programs.ts';
import type { Tried } from './tried.ts';

interface Setting {
  what: string;
  files: string[];
  lib: string[];
  types?: string[];
  options?: Record<string, unknown>;
}

const ES = ['ES2022'];
const strictest = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noImplicitOverride: true };

const settings: Setting[] = [
  { what: 'ES2022 alone: nothing leaks', lib: ES, files: ['consumer', 'nothing-leaks', 'without-dom'] },
  { what: 'exactOptionalPropertyTypes', lib: ES, files: ['consumer'], options: strictest },
  {
    what: 'isolatedModules, verbatimModuleSyntax',
    lib: ES,
    files: ['consumer'],
    options: { isolatedModules: true, verbatimModuleSyntax: true },
  },
  { what: 'not strict, skipLibCheck', lib: ES, files: ['consumer'], options: { strict: false, skipLibCheck: true } },
  { what: 'nodenext', lib: ES, files: ['consumer'], options: { module: 'nodenext', moduleResolution: 'nodenext' } },
  { what: 'bundler', lib: ES, files: ['consumer'], options: { module: 'esnext', moduleResolution: 'bundler' } },
  { what: 'DOM', lib: [...ES, 'DOM'], files: ['consumer', 'fetch', 'nothing-leaks'], options: strictest },
  { what: 'WebWorker', lib: [...ES, 'WebWorker'], files: ['consumer', 'fetch'] },
  { what: 'ESNext.Disposable', lib: [...ES, 'ESNext.Disposable'], files: ['consumer', 'using'], options: strictest },
  {
    what: 'DOM, ESNext.Disposable, skipLibCheck',
    lib: [...ES, 'DOM', 'ESNext.Disposable'],
    files: ['consumer', 'fetch', 'using'],
    options: { skipLibCheck: true },
  },
  { what: '@types/node', lib: ES, types: ['node'], files: ['consumer', 'fetch', 'using'], options: strictest },
  { what: '@types/node, DOM', lib: [...ES, 'DOM'], types: ['node'], files: ['consumer', 'fetch', 'using'] },
  {
    what: '@cloudflare/workers-types',
    lib: [...ES, 'ESNext.Disposable'],
    types: ['@cloudflare/workers-types'],
    files: ['consumer', 'fetch', 'using'],
  },
];

/** Compiles in `folder`, where the packages and the programs are. */
export async function compile(
  folder: string,
  compiler: string,
  command: (args: string[]) => Command,
): Promise<Tried[]> {
  const home = join(folder, 'node_modules', compiler);
  const tsc = [join(home, 'bin', 'tsc'), join(home, 'lib', 'tsc.js')].find((file) => existsSync(file)) ?? '';
  const tried: Tried[] = [];
  for (const [index, { what, files, lib, types = [], options = {} }] of settings.entries()) {
    const project = join(folder, 'types', `tsconfig.${compiler}.${index}.json`);
    const compilerOptions = {
      target: 'ES2022',
      module: 'node16',
      moduleResolution: 'node16',
      strict: true,
      declaration: true,
      // All declarations but the compiler's own.
      skipDefaultLibCheck: true,
      outDir: join(folder, 'types', 'out', `${compiler}-${index}`),
      ...options,
      lib,
      types,
    };
    mkdirSync(compilerOptions.outDir, { recursive: true });
    writeFileSync(project, JSON.stringify({ compilerOptions, files: files.map((file) => `./${file}.ts`) }));
    const { output, errors } = await command([tsc, '-p', project, '--pretty', 'false']).end();
    // What is wrong in the declarations of others is not ours.
    const ours = `${output}${errors}`.split('\n').filter((line) => /error|Error/.test(line) && !isForeign(line));
    tried.push({ what: `${what}: ${files.join(', ')}`, error: ours.length === 0 ? undefined : ours.join('\n') });
  }
  return tried;
}

function isForeign(line: string): boolean {
  return /node_modules/.test(line) && !/node_modules[\\/](@valvekit|valvekit)/.test(line);
}
