// pnpm bench [workload …] [--quick] [--rounds n] [--node path] [--against commit] [--json file] [--markdown file]
// pnpm bench --render file.json [--markdown file]
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { programOfBuiltPackages, programOfSources } from './build.ts';
import { type Contestant, contestantsOf, everybody, versions } from './contestants.ts';
import { judged } from './goal.ts';
import { goals } from './goals.ts';
import { command, options } from './options.ts';
import { runtimeOf } from './process.ts';
import { readReasons } from './reasons.ts';
import { markdown } from './report.ts';
import { jsonOf, type Line, type Results } from './results.ts';
import { type Plan, runRow } from './run.ts';
import { sizeLines } from './sizes.ts';
import { placesOf } from './standing.ts';
import { progress, summary, table } from './terminal.ts';
import { workloads } from './workloads.ts';

if (options.render === undefined) {
  const results = await bench();
  console.log(summary(goals, results.lines));
  if (options.json !== undefined) writeFileSync(options.json, jsonOf(results));
  if (options.markdown !== undefined) writeFileSync(options.markdown, report(results));
} else {
  const text = report(JSON.parse(readFileSync(options.render, 'utf8')) as Results);
  if (options.markdown === undefined) console.log(text);
  else writeFileSync(options.markdown, text);
}

function report(results: Results): string {
  return markdown(results, goals, readReasons());
}

async function bench(): Promise<Results> {
  const { quick, rounds } = options;
  const plan: Plan = {
    runtime: await runtimeOf(options.node),
    rounds,
    // In samples shorter than 5 ms, a single interruption would matter too much.
    budget: quick ? { warmUp: 50, sample: 5, samples: 50 } : { warmUp: 300, sample: 5, samples: 150 },
    cap: quick ? 3_000 : 6_000,
    onProgress: progress.show,
  };
  const all = await contestants();
  const lines: Line[] = [];
  for await (const line of measured(all, plan)) {
    lines.push(line);
    progress.clear();
    console.log(`${table(line)}\n`);
  }
  return {
    date: new Date().toISOString(),
    command: command(),
    cpu: cpus()[0]?.model.trim() ?? 'an unknown processor',
    cores: availableParallelism(),
    runtime: plan.runtime.name,
    rounds,
    lines: lines.map((line) => ({ ...line, measurements: placesOf(line) })),
    goals: judged(goals, lines).map(({ name, isMet, measured }) => ({ name, isMet, measured })),
  };
}

async function contestants(): Promise<Contestant[]> {
  const { against } = options;
  if (against === undefined) return everybody(await programOfBuiltPackages());
  return versions(await programOfSources('now'), await programOfSources('then', against), against);
}

async function* measured(all: readonly Contestant[], plan: Plan): AsyncGenerator<Line> {
  for (const name of options.names) {
    if (name === 'S') yield* await sizeLines(all);
    for (const row of workloads[name] ?? []) {
      const sizes = options.quick ? row.sizes.filter((size, index) => index === 0 || size <= 10_000) : row.sizes;
      yield* await runRow(name, row, sizes, await contestantsOf(row, all), plan);
    }
  }
}
