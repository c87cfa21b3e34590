// What runs for each mutant: the tests of the packages, without those that take long and say nothing new.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

const root = join(import.meta.dirname, '../..');

// Stryker mutates a copy of the repository, but node_modules leads from there to the packages of the original. So each
// package is taken from the copy.
const alias = [
  ...readdirSync(join(root, 'packages')).flatMap((name) => {
    const scoped = name === 'valvekit' ? name : `@valvekit/${name}`;
    const src = join(root, 'packages', name, 'src');
    return [
      { find: new RegExp(`^${scoped}$`), replacement: join(src, 'index.ts') },
      { find: new RegExp(`^${scoped}/([a-z-]+)$`), replacement: join(src, '$1.ts') },
    ];
  }),
  { find: /^@valvekit-internal\/laws\/(.+)$/, replacement: join(root, 'internal/laws/src', '$1.ts') },
];

// They change what all files of a worker share.
const alone = ['async-context', 'report', 'waiter', 'foreign', 'explore'].map(
  (name) => `packages/*/test/**/${name}.test.ts`,
);

export default defineConfig({
  ...base,
  resolve: { ...base.resolve, alias },
  test: {
    // Depth: a hundred thousand waiters and more. And what Stryker itself cannot do without.
    testNamePattern: /^(?!.*(million|thousand|depth|deep|0000|reading the process))/i,
    // The mutants run beside each other, and slowly: they count each call.
    testTimeout: 8_000,
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['packages/*/test/**/*.test.ts'],
          exclude: [...alone, 'packages/valvekit/**', '**/rwlock.laws.test.ts', '**/*.model.test.ts'],
          // A worker for each file would take most of the time.
          isolate: false,
        },
      },
    ],
  },
});
