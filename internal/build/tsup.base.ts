import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';
import shortNames from './mangle.json' with { type: 'json' };

/** What a package has besides one entry. */
interface Extra {
  /** The entries that `exports` in package.json names. */
  entries?: readonly string[];
  /** Files that have a sibling for browsers: `name.ts` and `name.browser.ts`. */
  browser?: readonly string[];
}

/**
 * How every package is built: `dist` mirrors `src`, once as ES modules and once as CommonJS, so that bundlers drop whole
 * files that a program does not use; and for each entry its types, in one file for each module system.
 */
export function build({ entries = ['index'], browser = [] }: Extra = {}): ReturnType<typeof defineConfig> {
  rmSync('dist', { recursive: true, force: true });
  process.once('exit', openClasses);
  const common: Options = { sourcemap: true, target: 'es2022', esbuildOptions: mangle };
  const files: Options = { ...common, entry: ['src/**/*.ts'], splitting: false, platform: 'neutral' };
  const esm: Options = { ...files, format: 'esm' };
  const variants: Options[] = [
    { ...esm, esbuildPlugins: [siblings('.js')] },
    // For Node, so that its lexer finds the names when an ES module imports the CommonJS files.
    { ...files, format: 'cjs', platform: 'node', esbuildPlugins: [siblings('.cjs'), exportsOfValues] },
  ];
  // For Node, whose `import` and `require` are to give the same classes: entries that take everything from CommonJS files.
  // (Not ES modules for both: names that a CommonJS library re-exports from one cannot be imported from that library.)
  variants.push({
    ...esm,
    entry: entries.map((entry) => `src/${entry}.ts`),
    outDir: 'dist/node',
    esbuildPlugins: [siblings('.cjs', [], '../')],
  });
  if (browser.length > 0) variants.push({ ...esm, outDir: 'dist/browser', esbuildPlugins: [siblings('.js', browser)] });
  return defineConfig([
    ...variants,
    ...entries.map((entry): Options => {
      return {
        ...common,
        entry: [`src/${entry}.ts`],
        format: ['esm', 'cjs'],
        dts: { only: true, compilerOptions: { stripInternal: true } },
      };
    }),
  ]);
}

const longNames = Object.keys(shortNames).join('|');
const offered = new RegExp(`^ +(?:readonly |get |set )*(${longNames})[?(:;]`, 'm');

/** Gives the members that only our own packages use the short names of one table, which all packages share. */
function mangle(options: { mangleProps?: RegExp; mangleCache?: Record<string, string | false> }): void {
  options.mangleProps = new RegExp(`^(?:${longNames})$`);
  options.mangleCache = shortNames;
}

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/**
 * Takes private members out of the types. A library could not export an anonymous subclass of a class that has them, such
 * as a mixin returns: TypeScript cannot name them in its declarations.
 *
 * @throws if the types offer a member that the build renames
 */
function openClasses(): void {
  for (const file of globSync('dist/*.d.{ts,cts}')) {
    const types = readFileSync(file, 'utf8').replace(/^ *(?:#private|private .*);\n/gm, '');
    const [, name] = offered.exec(types) ?? [];
    if (name !== undefined)
      throw new Error(`${file} offers "${name}", which mangle.json renames: it must be @internal`);
    writeFileSync(file, types);
  }
}

/** Files import each other's built files instead of being bundled. */
function siblings(extension: string, browser: readonly string[] = [], base = './'): Plugin {
  return {
    name: 'siblings',
    setup({ onResolve }) {
      onResolve({ filter: /^\..*\.ts$/ }, ({ path, kind }) => {
        if (kind === 'entry-point') return undefined;
        const isSplit = browser.some((name) => path.endsWith(`/${name}.ts`));
        const built = path.replace(/\.ts$/, isSplit ? `.browser${extension}` : extension);
        return { path: built.replace(/^\.\//, base), external: true };
      });
    },
  };
}

/**
 * Has a CommonJS file export values. esbuild exports getters, for files that import each other in a circle, which lint
 * refuses; and V8 does not always see through them: `lock(callback)` took twice as long, `v()` and `p()` three times.
 *
 * @throws if esbuild writes exports in another form
 */
const exportsOfValues: Plugin = {
  name: 'exports of values',
  setup({ onEnd }) {
    onEnd(({ outputFiles = [] }) => {
      for (const file of outputFiles) {
        // What re-exports all of another file is left as it is.
        if (!file.path.endsWith('.cjs') || file.text.includes('__reExport(')) continue;
        const [, getters] = /^__export\(\w+, \{\n([^}]+)\n\}\);$/m.exec(file.text) ?? [];
        if (getters === undefined) {
          if (/^__export\(/m.test(file.text)) throw new Error(`${file.path} exports in a form that is not known here`);
          // Types alone.
          continue;
        }
        const values = `module.exports = __defProp({\n${getters.replaceAll(' () =>', '')}\n}, "__esModule", { value: true });`;
        // All lines stay where the source map has them. The names stay listed at the end, for Node's lexer.
        const text = file.text
          .replace(/^module\.exports = __toCommonJS\(\w+\);$/m, '')
          .replace(/\n(?=\/\/# sourceMappingURL|$)/, `\n${values}\n`);
        file.contents = Buffer.from(text);
      }
    });
  },
};

export default build();
