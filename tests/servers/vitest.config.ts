// What needs a real server. Without one, says so in one line; in CI that is a failure.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { missing } from '../../internal/servers/src/redis-server.ts';

const excuse = missing();
if (excuse !== undefined) console.log(excuse);

const conditions = ['@valvekit/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    root: import.meta.dirname,
    include: [excuse === undefined ? '*.test.ts' : 'model.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Partitions and chaos measure time, so they run alone.
    fileParallelism: false,
    reporters: ['default', ['json', { outputFile: join(import.meta.dirname, '../../reports/servers.json') }]],
  },
});
