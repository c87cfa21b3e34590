import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import type { Job, Outcome } from './job.ts';

/** How to start a program on a runtime, with access to its garbage collector. */
export interface Runtime {
  readonly name: string;
  readonly executable: string;
  readonly args: readonly string[];
}

/** The runtime behind an executable: Node or Bun. */
export async function runtimeOf(executable: string): Promise<Runtime> {
  const isBun = basename(executable).startsWith('bun');
  const version = (await output(executable, ['--version'])).stdout.trim().replace(/^v/, '');
  return {
    name: `${isBun ? 'Bun' : 'Node'} ${version}`,
    executable,
    args: isBun ? ['--expose-gc'] : ['--expose-gc', '--no-warnings', '--max-old-space-size=8192'],
  };
}

/** Runs one job in a new process; undefined if it took longer than the cap. */
export async function runJob(runtime: Runtime, program: string, job: Job, cap: number): Promise<Outcome | undefined> {
  const { stdout, stderr, stopped } = await output(
    runtime.executable,
    [...runtime.args, program, JSON.stringify(job)],
    cap,
  );
  if (stopped) return undefined;
  if (stdout !== '') return JSON.parse(stdout) as Outcome;
  // A process that has nothing left to wait for exits without output.
  const error = /^(?:Uncaught )?(\w*Error\b.*|FATAL ERROR: .*)$/m.exec(stderr)?.[1];
  return { wrong: error ?? 'a waiter was never served' };
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly stopped: boolean;
}

function output(executable: string, args: readonly string[], timeout = 0): Promise<Output> {
  return new Promise((resolve) => {
    execFile(executable, args, { timeout, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ stdout, stderr, stopped: error?.killed === true }),
    );
  });
}
