import { defineConfig } from 'vitest/config';

/** What share of packages/[name]/src the unit tests must reach, in per cent. */
const thresholds = { statements: 100, branches: 100 };

export const include: string[] = [
  'packages/*/test/**/*.test.ts',
  'internal/*/test/**/*.test.ts',
  'examples/test/**/*.test.ts',
];

/** A busy machine is slow, not wrong. */
export const testTimeout = 120_000;

// Sibling packages resolve to their sources, as in tsconfig.base.json; the rest are vite's defaults.
const conditions = ['@valvekit/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [...include, 'tests/lint/*.test.ts'],
    testTimeout,
    reporters: ['default', ['json', { outputFile: 'reports/unit.json' }]],
    typecheck: {
      enabled: true,
      include: ['packages/*/test/**/*.test-d.ts'],
      tsconfig: './tests/tsconfig.json',
      checker: './node_modules/typescript7/bin/tsc',
    },
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text', 'json-summary', 'html'],
      thresholds,
    },
  },
});
