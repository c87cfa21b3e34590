// One process of a race. It is told which, says when it is ready, and answers with what it has measured.
import { contestants } from './contestants.ts';
import { postgresContestants } from './postgres-contestants.ts';

/** What a process has to do. */
export interface Job {
  readonly port: number;
  readonly contestant: string;
  /**
   * `free`: takes a free lock again and again; `burst`: each contender takes it once, and holds it for 1 ms; `greedy`: each
   * contender takes it again at once, as long as there is time.
   */
  readonly race: 'free' | 'burst' | 'greedy';
  readonly contenders: number;
  readonly name: string;
  /** How long a race takes that has no end of its own, in milliseconds. */
  readonly ms: number;
}

/** What it has measured. Times are milliseconds since the epoch, so that those of two processes can be compared. */
export interface Measured {
  readonly holds: readonly (readonly [from: number, to: number])[];
  /** Acquisitions of each contender. */
  readonly shares: readonly number[];
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

const job = JSON.parse(process.argv[2] ?? '') as Job;
const make = contestants[job.contestant] ?? postgresContestants[job.contestant];
if (make === undefined) throw new Error(`Nobody is called ${job.contestant}`);
const { run, close } = make(job.port);

const races: Record<Job['race'], () => Promise<Measured>> = {
  async free() {
    const end = performance.now() + job.ms;
    let count = 0;
    for (; performance.now() < end; count++) await run(job.name, () => {});
    return { holds: [], shares: [count] };
  },
  async burst() {
    const holds: [number, number][] = [];
    const hold = async (): Promise<void> => {
      const from = now();
      await new Promise((resolve) => void setTimeout(resolve, 1));
      holds.push([from, now()]);
    };
    await Promise.all(Array.from({ length: job.contenders }, () => run(job.name, hold)));
    return { holds, shares: [] };
  },
  async greedy() {
    const end = performance.now() + job.ms;
    const contend = async (): Promise<number> => {
      let count = 0;
      while (performance.now() < end) {
        await run(job.name, () => {
          if (performance.now() < end) count++;
        });
      }
      return count;
    };
    return { holds: [], shares: await Promise.all(Array.from({ length: job.contenders }, contend)) };
  },
};

// What is compiled and connected on first use does not count.
const warmUps = job.contestant === 'advisory-lock' ? 20 : 300;
for (let i = 0; i < warmUps; i++) await run(`warm ${process.pid}`, () => {});
process.send?.('ready');
process.once('message', () => void go());

async function go(): Promise<void> {
  process.send?.(await races[job.race]());
  await close();
  process.disconnect();
}
