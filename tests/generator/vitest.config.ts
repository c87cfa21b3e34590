// Creates a package with `pnpm new` in a copy of the repository, and runs every check on it.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: join(import.meta.dirname, '../../reports/generator.json') }]],
  },
});
