// Runs the programs in `programs`, `jest` and `vitest`, and reads what they print.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tried } from './tried.ts';

/** What a program printed, and how it ended. */
interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

/** A program that has not started. */
export interface Command {
  end(): Promise<Ended>;
  /** Its output, each line parsed as JSON. Throws if it fails. */
  lines(): Promise<unknown[]>;
}

type MakeCommand = (args: string[], flags?: string[]) => Command;

/** Runs a program that prints one line of JSON for each thing it tries. */
export async function program(command: Command, prefix = ''): Promise<Tried[]> {
  const lines = (await command.lines()) as Tried[];
  if (lines.length === 0) throw new Error('the program tried nothing');
  return lines.map((tried) => ({ ...tried, what: prefix + tried.what }));
}

program.command = (executable: string, args: string[], cwd: string): Command => {
  const end = (): Promise<Ended> => run(executable, args, cwd);
  return {
    end,
    async lines() {
      const { code, output, errors } = await end();
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}\n${errors}${output}`);
      return output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as unknown);
    },
  };
};

/** Runs a program that must fail because of an error whose message is "mine". */
export async function failing(what: string, command: Command): Promise<Tried[]> {
  const { code, output, errors } = await command.end();
  const isRight = code !== 0 && code !== null && /\bmine\b/.test(output + errors);
  return [{ what, error: isRight ? undefined : `ended with ${code}\n${output}${errors}` }];
}

interface JestReport {
  openHandles: unknown[];
  testResults: {
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

/** Runs all tests in `jest`. */
export async function jest(folder: string, command: MakeCommand, ...args: string[]): Promise<Tried[]> {
  const file = join(folder, 'jest-report.json');
  const flags = ['--ci', '--json', `--outputFile=${file}`, '--testMatch', '**/jest/*.test.cjs', ...args];
  const { errors } = await command(['node_modules/jest/bin/jest.js', ...flags], ['--experimental-vm-modules']).end();
  const { openHandles, testResults } = JSON.parse(readFileSync(file, 'utf8')) as JestReport;
  const isQuiet = openHandles.length === 0 && !errors.includes('open handle');
  return [{ what: '--detectOpenHandles finds none', error: isQuiet ? undefined : errors }, ...results(testResults)];
}

/** Runs all tests in `vitest`. */
export async function vitest(folder: string, command: MakeCommand): Promise<Tried[]> {
  const file = join(folder, 'vitest-report.json');
  const flags = ['--dir', 'vitest', '--reporter=json', `--outputFile=${file}`];
  await command(['node_modules/vitest/vitest.mjs', 'run', ...flags]).end();
  return results((JSON.parse(readFileSync(file, 'utf8')) as JestReport).testResults);
}

function results(files: JestReport['testResults']): Tried[] {
  return files.flatMap(({ message, assertionResults }) => {
    if (assertionResults.length === 0) return [{ what: 'a file of tests', error: message }];
    return assertionResults.map(({ fullName, status, failureMessages }) => {
      return { what: fullName, error: status === 'passed' ? undefined : failureMessages.join('\n') || status };
    });
  });
}

function run(executable: string, args: string[], cwd: string): Promise<Ended> {
  // A test runner that is started by another one must not consider itself part of it.
  const env = Object.entries(process.env).filter(([key]) => !/^(VITEST|TEST$|NODE_ENV$|JEST_|NODE_OPTIONS$)/.test(key));
  const child = spawn(executable, args, {
    cwd,
    env: { ...Object.fromEntries(env), NO_COLOR: '1', CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (errors += data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, errors }));
  });
}
