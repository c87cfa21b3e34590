// Prints which suites have run with which client, and how that went.
import { basename } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { engines } from '../../internal/servers/src/postgres-engines.ts';

const CLIENTS = [
  'ioredis 5',
  'ioredis 6',
  'iovalkey',
  'redis 5',
  'redis 6',
  'valkey-glide',
  ...engines.flatMap(({ name }) => [`pg on ${name}`, `postgres on ${name}`]),
];
// Suites in which clients take turns, or do not matter.
const ALL = 'together';

interface Cell {
  passed: number;
  failed: number;
}

export class Table implements Reporter {
  readonly #excuses: readonly string[];

  /** @param excuses - why suites are missing, if some are */
  constructor(excuses: readonly string[]) {
    this.#excuses = excuses;
  }

  onInit(): void {
    for (const excuse of this.#excuses) console.log(excuse);
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const suites = new Map<string, Map<string, Cell>>();
    for (const module of modules) {
      const cells = new Map<string, Cell>();
      suites.set(basename(module.moduleId, '.test.ts'), cells);
      for (const test of module.children.allTests()) {
        const name = CLIENTS.find((client) => test.fullName.startsWith(`${client}:`)) ?? ALL;
        const cell = cells.get(name) ?? { passed: 0, failed: 0 };
        cells.set(name, cell);
        const { state } = test.result();
        if (state === 'passed') cell.passed++;
        if (state === 'failed') cell.failed++;
      }
    }
    const names = [...suites.keys()].sort();
    const rows = [...CLIENTS, ALL].map((client) => [
      client,
      ...names.map((suite) => shown(suites.get(suite)?.get(client))),
    ]);
    const table = [['client', ...names], ...rows];
    const widths = ['client', ...names].map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
    const lines = table.map((row) => row.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  '));
    console.log(`\n${lines.join('\n')}`);
  }
}

function shown(cell: Cell | undefined): string {
  if (cell === undefined) return '–';
  const { passed, failed } = cell;
  return failed === 0 ? `${passed} ok` : `${failed} of ${passed + failed} FAILED`;
}
