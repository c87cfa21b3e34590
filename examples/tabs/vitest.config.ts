// The built app in three tabs of a headless Chromium.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['test/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', ['json', { outputFile: join(import.meta.dirname, '../../reports/tabs-example.json') }]],
  },
});
