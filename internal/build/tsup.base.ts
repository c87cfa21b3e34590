import { rmSync } from 'node:fs';
import type { Plugin } from 'esbuild';
import { defineConfig, type Options } from 'tsup';

/**
 * How every package is built: `dist` mirrors `src`, once as ES modules and once as CommonJS, so that bundlers drop whole
 * files that a program does not use; and for each entry its types, in one file for each module system.
 *
 * @param entries - the entries that `exports` in package.json names
 */
export function build(entries: readonly string[] = ['index']): ReturnType<typeof defineConfig> {
  rmSync('dist', { recursive: true, force: true });
  const common: Options = { sourcemap: true, target: 'es2022' };
  const files: Options = { ...common, entry: ['src/**/*.ts'], splitting: false };
  return defineConfig([
    { ...files, format: 'esm', platform: 'neutral', esbuildPlugins: [siblings('.js')] },
    // For Node, so that its lexer finds the names when an ES module imports the CommonJS files.
    { ...files, format: 'cjs', platform: 'node', esbuildPlugins: [siblings('.cjs')] },
    ...entries.map((entry): Options => {
      return { ...common, entry: [`src/${entry}.ts`], format: ['esm', 'cjs'], dts: { only: true } };
    }),
  ]);
}

/** Files import each other's built files instead of being bundled. */
function siblings(extension: string): Plugin {
  return {
    name: 'siblings',
    setup({ onResolve }) {
      onResolve({ filter: /^\..*\.ts$/ }, ({ path, kind }) =>
        kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, extension), external: true },
      );
    },
  };
}

export default build();
