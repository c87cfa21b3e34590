// The same suites once more, against what is published: the ES modules, then the CommonJS files.
// The packages are loaded by Node itself, from dist, not transformed.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { include, testTimeout } from '../../vitest.config.ts';

const packages = join(import.meta.dirname, '../../packages');
const require = createRequire(import.meta.url);

/** Answers imports of our packages, by name or as ../src/index.ts, with a module that re-exports the built file. */
function built(format: 'esm' | 'cjs') {
  const prefix = `\0built-${format}:`;
  return {
    name: `valvekit-built-${format}`,
    enforce: 'pre' as const,
    resolveId(id: string, importer?: string) {
      const named = /^(?:@valvekit\/([^/]+)(?:\/(.+))?|(valvekit))$/.exec(id);
      if (named) return `${prefix}${named[1] ?? named[3]}/${named[2] ?? 'index'}`;
      if (!importer || !/^\.\.?\/.*index\.ts$/.test(id)) return undefined;
      const file = join(dirname(importer), id).replaceAll('\\', '/');
      const own = /\/packages\/([^/]+)\/src\/index\.ts$/.exec(file)?.[1];
      return own && `${prefix}${own}/index`;
    },
    load(id: string) {
      if (!id.startsWith(prefix)) return undefined;
      const [name = '', entry] = id.slice(prefix.length).split('/');
      const dist = join(packages, name, 'dist');
      const cjs = join(dist, `${entry}.cjs`);
      const names = Object.keys(require(cjs) as object).join(', ');
      return format === 'cjs'
        ? `import { createRequire } from 'node:module';
           export const { ${names} } = createRequire(import.meta.url)(${JSON.stringify(cjs)});`
        : `export * from ${JSON.stringify(join(dist, `${entry}.js`))};`;
    },
  };
}

// Programs in processes of their own load what Node resolves, whatever the format of the test.
const processes = ['examples/test/**', '**/readme-blocks.test.ts'];

const project = (format: 'esm' | 'cjs') => ({
  plugins: [built(format)],
  test: {
    name: format,
    include,
    testTimeout,
    exclude: format === 'cjs' ? processes : [],
    // Without require(esm), Node takes the ES modules of our packages, not the entries that share the CommonJS files.
    execArgv: format === 'esm' ? ['--no-experimental-require-module'] : [],
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
  },
});

export default defineConfig({
  test: {
    projects: [project('esm'), project('cjs')],
    reporters: ['default', ['json', { outputFile: 'reports/built.json' }]],
  },
});
