// Runs small programs against the real tools that surround a lock in other people's programs: test runners, frameworks,
// compilers, bundlers, runtimes. The tools have a lockfile of their own. Prints what was tried with each, and the result.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gate, inTwoLines } from '../bundlers/gate.ts';
import { unpack } from '../runtimes/pack.ts';
import { compile } from './compile.ts';
import { runInBrowser } from './import-map.ts';
import { type Command, failing, jest, program, vitest } from './programs.ts';
import { quoted } from './quoted.ts';
import type { Tried } from './tried.ts';

interface Trial {
  /** The package of the tool. */
  tool: string;
  run(): Tried[] | Promise<Tried[]>;
}

const here = import.meta.dirname;
const installed = join(here, 'node_modules');
const reactNative = join(here, 'react-native');
const copied = ['programs', 'jest', 'vitest', 'types'];

const gate = new Gate('surroundings');
const table = [['tool', 'version', 'what was tried', 'result']];
execFileSync('pnpm', ['--dir', here, 'install', '--frozen-lockfile'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  shell: process.platform === 'win32',
});
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'valvekit-surroundings-')));
try {
  unpack(folder);
  linkTools();
  for (const name of copied)
    cpSync(join(here, name), name === 'programs' ? folder : join(folder, name), { recursive: true });
  cpSync(join(here, '..', 'runtimes', 'without-dispose.cjs'), join(folder, 'without-dispose.cjs'));
  writeFileSync(join(folder, 'types', 'package.json'), '{ "type": "module" }');
  const results = new Map<Trial, Tried[]>();
  const trials = [...(await prepared()), ...fixed()];
  await inTwoLines(trials, async (trial) => {
    const start = performance.now();
    const tried = await attempt(trial);
    results.set(trial, tried);
    for (const { tool = trial.tool, what, error } of tried) {
      await gate.check(`${tool}: ${what}`, () => {
        if (error !== undefined) throw new Error(error);
      });
    }
    gate.progress(`${trial.tool}: ${tried.length}`, start);
  });
  for (const trial of trials) {
    for (const { tool = trial.tool, version = versionOf(tool), what, error } of results.get(trial) ?? []) {
      table.push([tool, version, what, error === undefined ? 'ok' : 'FAILED']);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
gate.end(table);

/** Trials of what is compiled first. */
async function prepared(): Promise<Trial[]> {
  const outputs = (await command(['using.mjs']).lines()) as { compiler: string; name: string }[];
  await command(['libraries.mjs']).lines();
  const tools: Record<string, string> = {
    SWC: '@swc/core',
    esbuild: 'esbuild',
    'tsc 5.2': 'typescript5.2',
    'tsc 5.9': 'typescript5.9',
    'tsc 6': 'typescript6',
  };
  // Their helpers insist on Symbol.dispose; those of the others fall back to a symbol of the registry.
  const refuses = ({ compiler }: { compiler: string }): boolean => /^(tsc|SWC)/.test(compiler);
  return outputs.map((output) => {
    const trial = (when: string, what: string): Command =>
      command(
        ['using-run.mjs', `./${output.name}`, when, `${output.compiler}: ${what}`],
        ['--require', './without-dispose.cjs'],
        node20(),
      );
    return {
      tool: tools[output.compiler] ?? '@babel/core',
      run: async () => [
        ...(await program(trial('first', '`using` without Symbol.dispose, which is defined first'))),
        ...(await program(trial('late', '`using`, Symbol.dispose defined after the import of valvekit, by core-js'))),
        ...(refuses(output)
          ? await program(trial('refused', '`using` without Symbol.dispose is a TypeError, and the lock stays locked'))
          : await program(trial('never', '`using` without Symbol.dispose works'))),
      ],
    };
  });
}

function fixed(): Trial[] {
  const simple = (tool: string, ...args: string[]): Trial => ({ tool, run: () => program(command(args)) });
  /** A program that tries the same in another way, which its argument says. */
  const variant = (tool: string, file: string, way: string): Trial => {
    return { tool, run: () => program(command([file, way]), `${way}: `) };
  };
  const hardened = ['getBuiltinModule', 'no AsyncResource', 'AsyncResource throws', 'process', 'all'];
  const nodes = [node20(), join(installed, 'node22', 'bin', 'node'), process.execPath];
  return [
    ...['typescript5.2', 'typescript5.4', 'typescript5.9', 'typescript6', 'typescript7'].map((tool) => ({
      tool,
      run: () => compile(folder, tool, (args) => command(args)),
    })),
    simple('node', 'state.mjs'),
    simple('node', 'async-hooks.mjs'),
    variant('zone.js', 'zone.mjs', 'browser'),
    variant('zone.js', 'zone.mjs', 'node'),
    simple('abort-controller', 'signals.mjs'),
    { tool: 'node20', run: () => program(command(['any-signal.mjs'], ['--expose-gc'], node20())) },
    simple('sinon', 'sinon.mjs'),
    simple('node', 'node-test.mjs'),
    simple('node', 'inspect.mjs'),
    simple('node', 'fakes-before.mjs'),
    ...hardened.map((kind) => simple('node', 'hardened.mjs', kind)),
    simple('ses', 'hardened.mjs', 'ses'),
    simple('@edge-runtime/vm', 'edge.mjs'),
    simple('miniflare', 'workerd.mjs'),
    variant('miniflare', 'workerd.mjs', 'nodejs_compat'),
    simple('metro', 'hermes.mjs'),
    {
      tool: 'jest',
      run: async () => [
        ...(await jest(folder, command, '--detectOpenHandles')),
        ...(await failing('modern fake timers: a callback’s error fails the test', jestCommand('modern'))),
        ...(await failing('legacy fake timers: a callback’s error fails the test', jestCommand('legacy'))),
        ...(await failing('fake timers before the import: a callback’s error fails the test', jestCommand('before'))),
      ],
    },
    {
      tool: 'vitest',
      run: async () => [
        ...(await vitest(folder, command)),
        ...(await failing(
          'fake timers: a callback’s error fails the run',
          command(['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest/uncaught.config.mjs']),
        )),
      ],
    },
    ...nodes.flatMap((node) => [
      { tool: toolOf(node), run: () => program(command(['modules.mjs', 'one'], [], node)) },
      {
        tool: toolOf(node),
        run: () =>
          program(command(['modules.mjs', 'two'], ['--no-experimental-require-module'], node), 'no require(esm): '),
      },
    ]),
    simple('node', 'bundles.mjs'),
    simple('webpack4', 'webpack4.mjs'),
    simple('vite', 'dev-server.mjs'),
    simple('typescript6', 'hover.mjs'),
    { tool: 'Chromium', run: () => runInBrowser(folder) },
    // What the pages quote stands in these programs.
    { tool: 'docs', run: () => quoted(folder, ['where-it-runs.md', 'testing.md']) },
  ];

  function jestCommand(kind: string): Command {
    return command(['node_modules/jest/bin/jest.js', '--ci', '--testMatch', `**/uncaught-${kind}.cjs`]);
  }
}

function command(args: string[], flags: string[] = [], node = process.execPath): Command {
  return program.command(node, [...flags, ...args], folder);
}

async function attempt({ run }: Trial): Promise<Tried[]> {
  try {
    return await run();
  } catch (error) {
    return [{ what: 'the program', error: String(error) }];
  }
}

/** Lets the programs import the tools. */
function linkTools(): void {
  const modules = join(folder, 'node_modules');
  for (const name of readdirSync(installed).filter((each) => !each.startsWith('.'))) {
    const tools = name.startsWith('@') ? readdirSync(join(installed, name)).map((tool) => join(name, tool)) : [name];
    if (name.startsWith('@')) mkdirSync(join(modules, name), { recursive: true });
    for (const tool of tools) symlinkSync(join(installed, tool), join(modules, tool), 'junction');
  }
  symlinkSync(reactNative, join(folder, 'react-native'), 'junction');
}

function node20(): string {
  return join(installed, 'node20', 'bin', 'node');
}

function toolOf(node: string): string {
  return node === process.execPath ? 'node' : node === node20() ? 'node20' : 'node22';
}

function versionOf(tool: string): string {
  if (tool === 'node') return process.versions.node;
  const homes = [installed, join(reactNative, 'node_modules')].map((modules) => join(modules, tool, 'package.json'));
  const manifest = homes.find((file) => existsSync(file)) ?? '';
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
