import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The result of a program. */
export interface Ended {
  code: number | null;
  /** The signal that ended it, if it did not exit by itself. */
  signal: string | null;
  output: string;
  errors: string;
  milliseconds: number;
}

/** Runs a program in the folder `programs`. */
export function runProgram(node: string, flags: string[], name: string, ...args: string[]): Promise<Ended> {
  return run(node, [...flags, join(import.meta.dirname, 'programs', name), ...args]);
}

/** Runs the text of an ES module; it may import valvekit. */
export function runText(node: string, text: string): Promise<Ended> {
  return run(node, ['--input-type=module', '--eval', text]);
}

// In the root of the repository, where the import of valvekit resolves to the build.
function run(node: string, args: string[]): Promise<Ended> {
  const start = performance.now();
  const child = spawn(node, args, {
    cwd: join(import.meta.dirname, '..', '..'),
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (errors += data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, output: output.trim(), errors, milliseconds: performance.now() - start });
    });
  });
}
