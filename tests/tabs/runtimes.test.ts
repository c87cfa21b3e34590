import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** Where `tests/runtimes` installs runtimes, on request. */
const inRuntimes = (path: string): string => join(import.meta.dirname, '../runtimes/node_modules', path);
const deno = inRuntimes('@deno/linux-x64-glibc/deno');
const node24 = inRuntimes('node24/bin/node');
const nodes = [process.execPath, node24].filter(existsSync);

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'valvekit-tabs-'));
  await build({
    stdin: {
      contents: `
        import { runLaws, runSharedProgram } from './page/laws.ts';
        console.log(JSON.stringify({ ...(await runLaws()), said: await runSharedProgram() }));
      `,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    outfile: join(folder, 'laws.mjs'),
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!existsSync(deno))('Deno', () => {
  it('keeps the laws of the contract with its own Web Locks', async () => {
    const { stdout } = await run(deno, ['run', '--allow-all', '--no-lock', join(folder, 'laws.mjs')]);
    const { kept, broken } = JSON.parse(stdout) as { kept: number; broken: string[] };
    expect(broken).toEqual([]);
    expect(kept).toBeGreaterThan(350);
  });
});

describe('Node.js', () => {
  const program = (text: string): string => {
    const file = join(folder, `${Math.random()}.mjs`);
    writeFileSync(file, text);
    return file;
  };

  it.for(nodes)('is refused with the reason: %s', async (node) => {
    const file = program(`
      import { TabLocks } from ${JSON.stringify(import.meta.resolve('@valvekit/tabs'))};
      try {
        new TabLocks();
      } catch (error) {
        console.log(error.message);
      }
    `);
    const { stdout } = await run(node, [file]);
    expect(stdout).toMatch(/^The Web Locks of Node\.js have been seen to admit two holders/);
  });

  // When this fails, the fault is repaired, and the refusal can be looked at again.
  it.for(nodes)('keeps the lock of a function that throws: %s', async (node) => {
    const file = program(`
      await navigator.locks.request('name', () => { throw new Error('mine'); }).catch(() => {});
      console.log((await navigator.locks.query()).held.length);
    `);
    const { stdout } = await run(node, [file]);
    expect(stdout).toBe('1\n');
  });

  it.skipIf(!existsSync(node24))('admits two holders, or forgets a waiter, on Node.js 24', async () => {
    const file = program(`
      import { isMainThread, Worker, workerData } from 'node:worker_threads';
      const counts = new Int32Array(workerData ?? new SharedArrayBuffer(12)); // inside, holds, overlaps
      if (isMainThread) {
        // A worker ends when there is nothing more to come, although it waits for a lock.
        let forgotten = 0;
        for (let i = 0; i < 3; i++) {
          const worker = new Worker(new URL(import.meta.url), { workerData: counts.buffer });
          worker.on('exit', () => forgotten++);
        }
        while (counts[2] === 0 && forgotten === 0) await new Promise((resolve) => setTimeout(resolve, 100));
        console.log(counts[2] > 0 ? 'two holders' : 'a waiter is forgotten');
        process.exit();
      }
      for (;;) {
        await navigator.locks.request('name', async () => {
          if (Atomics.add(counts, 0, 1) !== 0) Atomics.add(counts, 2, 1);
          Atomics.add(counts, 1, 1);
          await null;
          Atomics.sub(counts, 0, 1);
        });
      }
    `);
    const { stdout } = await run(node24, [file], { timeout: 50_000 });
    expect(['two holders\n', 'a waiter is forgotten\n']).toContain(stdout);
  });
});
