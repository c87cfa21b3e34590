// Races on one server: free locks in one process, and bursts of contenders in two.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { RedisServer } from '../../../internal/servers/src/redis-server.ts';
import { contestants } from './contestants.ts';

const ROUNDS = 5;
const server = await RedisServer.start();

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** How many commands a contestant has sent. What a script calls is counted, too, so only these tell. */
async function commands(name: string): Promise<number> {
  const stats = await server.info('commandstats');
  const sent = name === 'redis-semaphore' ? ['evalsha', 'eval', 'set'] : ['evalsha', 'eval'];
  let sum = 0;
  for (const [, command, calls] of stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g)) {
    if (sent.includes(command ?? '')) sum += Number(calls);
  }
  return sum;
}

async function free(name: string): Promise<number> {
  const { run, close } = (contestants[name] as (port: number) => ReturnType<(typeof contestants)[string]>)(server.port);
  for (let i = 0; i < 300; i++) await run('warm', () => {});
  const end = performance.now() + 400;
  let count = 0;
  for (; performance.now() < end; count++) await run('free', () => {});
  await close();
  return count / 0.4;
}

async function burst(name: string, contenders: number): Promise<{ ms: number; each: number }> {
  const key = `burst ${name} ${contenders} ${Math.random()}`;
  const args = [String(server.port), name, String(contenders / 2), key];
  const children = [0, 1].map(() => {
    return fork(join(import.meta.dirname, 'child.ts'), args, { execArgv: ['--conditions=@valvekit/source'] });
  });
  const all = (): Promise<unknown> => Promise.all(children.map((child: ChildProcess) => once(child, 'message')));
  await all();
  const before = await commands(name);
  const start = performance.now();
  for (const child of children) child.send('go');
  await all();
  const ms = performance.now() - start;
  const each = ((await commands(name)) - before) / contenders;
  for (const child of children) if (child.exitCode === null) await once(child, 'exit');
  return { ms, each };
}

const names = Object.keys(contestants);
const rates = new Map(names.map((name) => [name, [] as number[]]));
for (let round = 0; round < ROUNDS; round++) for (const name of names) rates.get(name)?.push(await free(name));
console.log('free acquire and release, per second:');
for (const name of names) console.log(`  ${name.padEnd(26)} ${Math.round(median(rates.get(name) ?? []))}`);
for (const contenders of [2, 10, 50, 200]) {
  console.log(`${contenders} contenders in two processes, hold 1 ms: all done in ms, commands for each`);
  for (const name of names.filter((each) => !each.startsWith('floor'))) {
    const runs = [];
    for (let round = 0; round < 3; round++) runs.push(await burst(name, contenders));
    const [ms, each] = [median(runs.map((run) => run.ms)), median(runs.map((run) => run.each))];
    console.log(`  ${name.padEnd(26)} ${ms.toFixed(1).padStart(8)} ${each.toFixed(2).padStart(7)}`);
  }
}
await server.stop();
