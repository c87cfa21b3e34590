// Whole programs that use the built packages, for what only a process can show.
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
