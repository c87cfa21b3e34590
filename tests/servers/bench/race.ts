import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Job, Measured } from './child.ts';

/** One race of one contestant. */
export interface Outcome {
  /** Acquisitions. */
  readonly count: number;
  /** From the start to the end of the last hold, in milliseconds. */
  readonly ms: number;
  /** Commands for each acquisition. */
  readonly commands: number;
  /** Time that the server spent in scripts, for each script, in microseconds. */
  readonly scriptTime: number;
  /** From the end of a hold to the beginning of the next one, the median, in milliseconds. */
  readonly handOver: number;
  /** The greatest share of a contender by the smallest. */
  readonly unfairness: number;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** What a server has been sent. */
interface Sent {
  readonly calls: number;
  readonly micros: number;
}

/** The server of a race. */
export interface Raced {
  readonly port: number;
  /** What the contestant has sent so far, and how long that took, where the server tells. */
  sent(contestant: string): Promise<Sent>;
}

/** Runs one race in as many processes, and waits until they have gone. */
export async function race(server: Raced, job: Omit<Job, 'port' | 'name'>, processes: number): Promise<Outcome> {
  const name = `${job.race} ${job.contestant} ${job.contenders} ${Math.random()}`;
  const argument = JSON.stringify({ ...job, port: server.port, name, contenders: job.contenders / processes });
  const children = Array.from({ length: processes }, () => {
    return fork(join(import.meta.dirname, 'child.ts'), [argument]);
  });
  const next = async (child: ChildProcess): Promise<unknown[]> => {
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`${job.contestant} ended with ${code}`);
    });
    failed.catch(() => {});
    return Promise.race([once(child, 'message'), failed]);
  };
  await Promise.all(children.map(next));
  const before = await server.sent(job.contestant);
  const start = performance.timeOrigin + performance.now();
  const answers = children.map(next);
  for (const child of children) child.send('go');
  const measured = (await Promise.all(answers)).map(([answer]) => answer as Measured);
  const after = await server.sent(job.contestant);
  for (const child of children) if (child.exitCode === null) await once(child, 'exit');

  const holds = measured.flatMap((each) => each.holds).sort(([a], [b]) => a - b);
  const shares = measured.flatMap((each) => each.shares);
  const count = holds.length + shares.reduce((sum, share) => sum + share, 0);
  const calls = after.calls - before.calls;
  return {
    count,
    ms: holds.reduce((last, [, to]) => Math.max(last, to), start) - start,
    commands: calls / count,
    scriptTime: (after.micros - before.micros) / calls,
    handOver: median(holds.slice(1).map(([from], i) => from - (holds[i]?.[1] ?? 0))),
    unfairness: Math.max(...shares, 0) / Math.min(...shares, Number.POSITIVE_INFINITY),
  };
}
