import { spawn } from 'node:child_process';

/**
 * Runs a command until it exits.
 *
 * @returns its output
 * @throws {Error} with its output, if it exits with a code other than 0, or not within `limit` milliseconds
 */
export function execute(
  [executable = '', ...args]: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  limit = 60_000,
): Promise<string> {
  // On Windows, package managers are scripts.
  const shell = process.platform === 'win32';
  const child = spawn(executable, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'], timeout: limit });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${[executable, ...args].join(' ')} ended with ${code ?? signal}\n${output}`));
    });
  });
}
