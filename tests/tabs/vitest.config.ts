// Locks across tabs in a real Chromium. Without one, says so; in CI that is a failure.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', ['json', { outputFile: join(import.meta.dirname, '../../reports/tabs.json') }]],
  },
});
