import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'vitest';

// What an example prints must not depend on how busy the machine is.
const virtualTime = ['--import', join(import.meta.dirname, 'virtual-time.ts')];

/** The arguments for Node to run an example: on the build in the projects of tests/built/vitest.config.ts, which have names. */
function argumentsFor(file: string, { task }: TestContext): string[] {
  const flags = task.file.projectName ? [] : ['--conditions=@valvekit/source'];
  const [program = '', ...args] = file.split(' ');
  return [...flags, join(import.meta.dirname, '..', program), ...args];
}

/** Runs an example, perhaps with arguments, in its own process, and returns the lines that it prints. */
export function run(file: string, context: TestContext): Promise<string[]> {
  return linesOf(file, [...virtualTime, ...argumentsFor(file, context)]);
}

/** The same in the time of the world, for an example that talks to a server. */
export function runInRealTime(file: string, context: TestContext): Promise<string[]> {
  return linesOf(file, argumentsFor(file, context));
}

function linesOf(file: string, args: string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { timeout: 100_000 }, (error, stdout, stderr) => {
      if (error) reject(error);
      else if (stderr) reject(new Error(`${file} prints to stderr: ${stderr}`));
      else resolve(stdout.trimEnd().split('\n'));
    });
  });
}

/** Runs an example as if in a terminal, and interrupts it once it has printed what matches. */
export async function interrupt(
  file: string,
  context: TestContext,
  at: RegExp = /./,
): Promise<{ output: string; code: number | null }> {
  const terminal = '--import=data:text/javascript,process.stdout.isTTY=true';
  const env = { ...process.env, TERM: 'xterm' };
  const child = spawn(process.execPath, [terminal, ...argumentsFor(file, context)], { env, timeout: 100_000 });
  child.stdout.on('data', function watch(data) {
    if (!at.test(String(data))) return;
    child.stdout.off('data', watch);
    child.kill('SIGINT');
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { output: await text(child.stdout), code: await exit };
}

/** The largest number of holders at a time, from lines such as 'query 3 holds connection A'. */
export function mostInside(lines: readonly string[], enters: RegExp, leaves: RegExp): number {
  let inside = 0;
  let most = 0;
  for (const line of lines) {
    if (enters.test(line)) inside++;
    if (leaves.test(line)) inside--;
    most = Math.max(most, inside);
  }
  return most;
}
