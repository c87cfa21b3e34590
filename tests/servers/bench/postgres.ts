// Races against advisory locks on one PostgreSQL, interleaved, each contestant in processes of its own. Prints a page of
// tables and goals. With --write it replaces results-postgres.md beside this file.
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PostgresLocks } from '@valvekit/postgres';
import { DATABASE, PostgresServer, roles } from '@valvekit-internal/servers/postgres-server';
import pg from 'pg';
import { atMost } from './goals.ts';
import { interleaved } from './interleaved.ts';
import { postgresContestants } from './postgres-contestants.ts';
import { postgresFloor } from './postgres-floor.ts';
import { trap } from './postgres-trap.ts';
import { type Outcome, type Raced, race } from './race.ts';
import { goalRow, table } from './tables.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '12' },
    write: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const MS = 1000;
const server = await PostgresServer.start(undefined, { fsync: 'on', max_connections: '500' });
const owner = new pg.Pool(server.address(roles.owner));
await new PostgresLocks(owner).install();
await owner.query(`grant usage on schema valvekit to ${roles.runtime}`);
await owner.query(`grant execute on all functions in schema valvekit to ${roles.runtime}`);
await owner.end();

/** The most connections of each contestant. */
const connections: Record<string, number> = {};
const raced: Raced = {
  port: server.port,
  async sent(contestant) {
    const [row] = await server.query(
      DATABASE,
      `select count(*)::int as n from pg_stat_activity where usename = '${roles.runtime}'`,
    );
    connections[contestant] = Math.max(connections[contestant] ?? 0, Number(row?.n));
    return { calls: 0, micros: 0 };
  },
};

const load = loadavg()[0] ?? 0;
const names = Object.keys(postgresContestants);
const floor = await postgresFloor(server.address());
const free = await interleaved(rounds, names, (contestant) => {
  return race(raced, { contestant, race: 'free', contenders: 1, ms: MS }, 1);
});
const bursts: Record<number, Record<string, Outcome>> = {};
const most: Record<number, Record<string, number>> = {};
for (const contenders of [10, 50, 200]) {
  for (const name of names) connections[name] = 0;
  bursts[contenders] = await interleaved(rounds, names, (contestant) => {
    return race(raced, { contestant, race: 'burst', contenders, ms: 0 }, 2);
  });
  most[contenders] = { ...connections };
}
const traps = await trap(server, raced, Number(values.seconds));
await server.stop();
process.stderr.write('\n');

const micros = (name: string): number => (1000 * MS) / (free[name]?.count ?? 0);
const pair = micros('advisory, a connection each');
const handOver = (contenders: number, name: string): number => bursts[contenders]?.[name]?.handOver ?? 0;
const goals = [
  atMost('free, memory: time by that of an advisory pair', 3, micros('valvekit, memory') / pair),
  atMost(
    'free, commit: time by that of an advisory pair × 3 and two commits',
    1,
    micros('valvekit, commit') / (3 * pair + 2000 * floor.commit),
  ),
  ...[50, 200].flatMap((contenders) => [
    atMost(
      `burst of ${contenders}, memory: hand-over by that of advisory locks, strict order`,
      2.5,
      handOver(contenders, 'valvekit, memory, passes: 0') / handOver(contenders, 'advisory, a connection each'),
    ),
    atMost(`burst of ${contenders}: connections of a process`, 5, (most[contenders]?.['valvekit, commit'] ?? 0) / 2),
  ]),
];

const page = `# Races on PostgreSQL

${new Date().toISOString().slice(0, 10)}, \`pnpm bench:postgres --rounds ${rounds}\`: Node ${process.versions.node}, ${server.engine.name},
${cpus()[0]?.model.trim()}, ${cpus().length} cores, everything on loopback; medians of ${rounds} rounds, in which the contestants take turns.
Load of the machine before the run: ${load.toFixed(1)}; above 1, other work distorts times and rates. A statement took ${(1000 * floor.trip).toFixed(0)} µs,
a commit to the disk ${(1000 * floor.commit).toFixed(0)} µs, a notification ${(1000 * floor.push).toFixed(0)} µs. [README.md](README.md) says what is raced.

## Goals

${table(['goal', 'wanted', 'measured', ''], goals.map(goalRow))}

## A free lock

One process takes and releases a lock that nobody else wants.

${table(
  ['', 'µs a pair', 'by the advisory pair'],
  names.map((name) => [name, micros(name).toFixed(0), (micros(name) / pair).toFixed(1)]),
)}

## Bursts

Contenders in two processes; each takes the lock once, and holds it for 1 ms.
${Object.entries(bursts)
  .map(([contenders, outcomes]) => {
    const rows = names.map((name) => {
      const { ms = 0, handOver: between = 0 } = outcomes[name] ?? {};
      return [name, ms.toFixed(0), between.toFixed(3), String(most[Number(contenders)]?.[name] ?? 0)];
    });
    return `\n${table([`${contenders} contenders`, 'all done, ms', 'hand-over, ms', 'connections'], rows)}\n`;
  })
  .join('')}
## A long transaction

Free pairs a second (\`durability: 'memory'\`), while a transaction of somebody else has been open for ${values.seconds} s.

${table(
  ['open in', 'before', 'during', 'after'],
  traps.map(({ where, before, during, after }) => [where, ...[before, during, after].map((each) => each.toFixed(0))]),
)}
`;
console.log(page);
if (values.write) writeFileSync(join(import.meta.dirname, 'results-postgres.md'), page);
