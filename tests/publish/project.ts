import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execute } from './execute.ts';
import type { Registry } from './registry.ts';

export type Modules = 'ESM' | 'CommonJS';
export type Resolution = 'node16' | 'nodenext' | 'bundler';

const compilers = join(import.meta.dirname, '..', '..', 'node_modules');

// At any depth, because package managers use different layouts.
const manifest = /(^|node_modules[\\/])(@[^\\/]+[\\/])?[^\\/@]+[\\/]package\.json$/;

/** A fresh project, outside the workspace. */
export class Project {
  readonly #folder: string;
  readonly #registry: Registry;

  constructor(folder: string, registry: Registry) {
    this.#folder = folder;
    this.#registry = registry;
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    writeFileSync(join(folder, '.npmrc'), registry.npmrc);
  }

  /** Installs packages with a package manager's command. Resolves to the names of all installed packages; duplicates count. */
  async install(command: string[], packages: string[]): Promise<string[]> {
    await execute([...command, ...packages], this.#folder, this.#registry.env);
    const home = join(this.#folder, 'node_modules');
    const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((file) => manifest.test(file));
    // Links can show one package in several places.
    const manifests = new Set(files.map((file) => realpathSync(join(home, file))));
    return [...manifests].map((file) => JSON.parse(readFileSync(file, 'utf8')).name as string).sort();
  }

  /** Type-checks and compiles a program, and resolves to the path of the output. */
  async compile(program: string, compiler: string, modules: Modules, moduleResolution: Resolution): Promise<string> {
    const folder = join(this.#folder, modules);
    const source = join(folder, basename(program));
    mkdirSync(folder, { recursive: true });
    cpSync(program, source);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: modules === 'ESM' ? 'module' : 'commonjs' }));

    // Without Node types, `using` needs the library that declares Disposable: we declare none, so that nothing type-checks that
    // the runtime may lack.
    const lib = 'es2022,dom,esnext.disposable';
    const module = moduleResolution !== 'bundler' ? moduleResolution : modules === 'ESM' ? 'esnext' : 'commonjs';
    const outDir = join(folder, `${compiler}-${moduleResolution}`);
    const settings = Object.entries({ target: 'es2022', lib, module, moduleResolution, outDir });
    const flags = settings.flatMap(([name, value]) => [`--${name}`, value]);
    // Check all declarations except the compiler's own, which take longer than everything else.
    const tsc = [join(compilers, compiler, 'bin', 'tsc'), source, '--strict', '--skipDefaultLibCheck'];
    await execute([process.execPath, ...tsc, ...flags], folder, this.#registry.env);
    return join(outDir, basename(program).replace('.ts', '.js'));
  }

  /** Runs a program, which must print that it is done. */
  async run(runtime: string, file: string): Promise<void> {
    const output = await execute([runtime, file], this.#folder, this.#registry.env);
    if (output !== 'done\n') throw new Error(`${basename(file)} did not finish\n${output}`);
  }
}
