// Races against other libraries on one server, interleaved, each contestant in processes of its own. Prints a page of
// tables and goals. With --write it replaces results.md beside this file.
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RedisServer } from '../../../internal/servers/src/redis-server.ts';
import { contestants } from './contestants.ts';
import { goals, type Results } from './goals.ts';
import { interleaved } from './interleaved.ts';
import { pushFloor } from './push-floor.ts';
import { type Outcome, race } from './race.ts';
import { redisRaced } from './redis-raced.ts';
import { goalRow, table } from './tables.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const server = await RedisServer.start();
const raced = redisRaced(server);
const names = Object.keys(contestants);
const waiting = names.filter((name) => !name.startsWith('floor'));
const bursts = [2, 10, 50, 200];

const MS = 500;
const load = loadavg()[0] ?? 0;
const floor = await pushFloor(server.port);
const free = await interleaved(rounds, names, (contestant) => {
  return race(raced, { contestant, race: 'free', contenders: 1, ms: MS }, 1);
});
const burst: Record<number, Record<string, Outcome>> = {};
for (const contenders of bursts) {
  burst[contenders] = await interleaved(rounds, waiting, (contestant) => {
    return race(raced, { contestant, race: 'burst', contenders, ms: 0 }, 2);
  });
}
const greedy = await interleaved(rounds, waiting, (contestant) => {
  return race(raced, { contestant, race: 'greedy', contenders: 200, ms: 2 * MS }, 2);
});
const version = /redis_version:(\S+)/.exec(await server.info('server'))?.[1] ?? '';
await server.stop();
process.stderr.write('\n');

const results: Results = { floor, free, burst, greedy };
const page = `# Races on a server

${new Date().toISOString().slice(0, 10)}, \`pnpm bench:redis --rounds ${rounds}\`: Node ${process.versions.node}, Redis ${version},
${cpus()[0]?.model.trim()}, ${cpus().length} cores, everything on loopback; medians of ${rounds} rounds, in which the contestants take turns.
Loopback hides round trips: what saves commands gains more on a network. Load of the machine before the run: ${load.toFixed(1)};
above 1, other work distorts times and rates, but not the numbers of commands. [README.md](README.md) says why goals are missed.

## Goals

${table(['goal', 'wanted', 'measured', ''], goals(results).map(goalRow))}

## A free lock

One process takes and releases a lock that nobody else wants.

${table(
  ['', 'per second', 'commands each', 'µs of the server per command'],
  names.map((name) => {
    const { count = 0, commands = 0, scriptTime = 0 } = free[name] ?? {};
    return [name, String(Math.round((count * 1000) / MS)), commands.toFixed(2), scriptTime.toFixed(1)];
  }),
)}

## Bursts

Contenders in two processes; each takes the lock once, and holds it for 1 ms.
${bursts.map((contenders) => burstTable(contenders)).join('\n')}
## Greedy loops

200 contenders in two processes, each of which takes the lock again at once, for ${2 * MS} ms.

${table(
  ['', 'acquisitions per second', 'commands each', 'greatest share by smallest'],
  waiting.map((name) => {
    const { count = 0, commands = 0, unfairness = 0 } = greedy[name] ?? {};
    return [name, String(Math.round((count * 1000) / (2 * MS))), commands.toFixed(2), shareText(unfairness)];
  }),
)}

The time from a command to the message that another connection hears is ${(1000 * floor).toFixed(0)} µs.
`;
console.log(page);
if (values.write) writeFileSync(join(import.meta.dirname, 'results.md'), page);

function burstTable(contenders: number): string {
  const rows = waiting.map((name) => {
    const { ms = 0, handOver = 0, commands = 0, scriptTime = 0 } = burst[contenders]?.[name] ?? {};
    return [name, ms.toFixed(1), handOver.toFixed(3), commands.toFixed(2), scriptTime.toFixed(1)];
  });
  const head = [`${contenders} contenders`, 'all done, ms', 'hand-over, ms', 'commands each', 'µs of the server'];
  return `\n${table(head, rows)}\n`;
}

function shareText(unfairness: number): string {
  return Number.isFinite(unfairness) ? unfairness.toFixed(2) : 'some got none';
}
