// Programs of their own, against the built packages: what only shows in a whole process.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: join(import.meta.dirname, '../../reports/processes.json') }]],
  },
});
