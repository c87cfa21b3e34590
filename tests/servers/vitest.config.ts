// What needs a real server. Says in a line what is missing; in CI that is a failure.
import { join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { isLong } from './environment.ts';
import { excuses, present } from './suites.ts';
import { Table } from './table.ts';

const missing = excuses();

const conditions = ['@valvekit/source', 'module', 'node', 'development|production'];
// They show how long things take, so they do not run beside what keeps the machine busy.
const timed = ['partitions', 'chaos'];

/** Suites that run at the same time: most of them wait most of the time. */
function group(name: string, groupOrder: number, files: readonly string[]): TestProjectInlineConfiguration {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      root: import.meta.dirname,
      include: files.map((file) => `${file}.test.ts`),
      sequence: { groupOrder },
      maxWorkers: 4,
      testTimeout: isLong ? 3_600_000 : 300_000,
      hookTimeout: 60_000,
    },
  };
}

export default defineConfig({
  test: {
    root: import.meta.dirname,
    projects: [
      group(
        'rules',
        0,
        present.filter((name) => !timed.includes(name)),
      ),
      ...(timed.some((name) => present.includes(name))
        ? [
            group(
              'time',
              1,
              present.filter((name) => timed.includes(name)),
            ),
          ]
        : []),
    ],
    // Only what fails, and the table.
    slowTestThreshold: 600_000,
    reporters: [
      'default',
      ['json', { outputFile: join(import.meta.dirname, '../../reports/servers.json') }],
      new Table(missing),
    ],
  },
});
