import { spawn } from 'node:child_process';
import type { Result } from './suite/check.ts';

/** Runs a suite in its own process, which must exit by itself. */
export function runChild(command: string[], file: string, limit = 30_000): Promise<Result> {
  const [executable = '', ...args] = command;
  const child = spawn(executable, [...args, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limit,
    killSignal: 'SIGKILL',
    env: { ...process.env, NODE_OPTIONS: '', DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (errors += data));
  return new Promise((resolve) => {
    const fail = (why: string): void => resolve({ passed: 0, failures: [`${why}\n${errors}${output}`] });
    child.on('error', (error) => fail(String(error)));
    child.on('close', (code, signal) => {
      const line = output.trim().split('\n').at(-1) ?? '';
      if (signal !== null) fail(`did not exit by itself within ${limit} ms (${signal})`);
      else if (code !== 0 || !line.startsWith('{')) fail(`exited with code ${code}`);
      else resolve(JSON.parse(line) as Result);
    });
  });
}
