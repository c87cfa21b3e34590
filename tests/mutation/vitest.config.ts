// What runs for each mutant: the tests of the packages, without those that take long and say nothing new.
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

export default defineConfig({
  ...base,
  test: {
    include: ['packages/*/test/**/*.test.ts'],
    exclude: ['packages/valvekit/**', '**/rwlock.laws.test.ts', '**/*.model.test.ts'],
    // Depth: a hundred thousand waiters and more.
    testNamePattern: /^(?!.*(million|thousand|depth|deep|0000))/i,
  },
});
