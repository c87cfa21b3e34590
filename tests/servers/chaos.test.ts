// Five processes add to a counter while they are paused and killed. No update that the token protects is lost.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { openLedger } from './chaos-ledgers.ts';
import { newest } from './engines.ts';
import { isLong, sleep } from './environment.ts';

const WORKER = join(import.meta.dirname, 'chaos-worker.ts');
const PROCESSES = 5;
const EVENTS = isLong ? 1000 : 80;

it.each(newest)(
  '$name: loses no fenced update, and gives no token twice',
  async ({ name, reach }) => {
    const server = await reach();
    onTestFinished(() => server.stop());
    const ledger = openLedger(name, server.port);
    onTestFinished(() => ledger.close());
    await ledger.prepare();
    const children = new Set<ChildProcess>();
    onTestFinished(() => children.forEach((child) => void child.kill('SIGKILL')));
    const heard = { ready: 0, refused: 0, lost: 0, end: 0 };
    const start = async (): Promise<ChildProcess> => {
      const args = ['--conditions=@valvekit/source', WORKER, name, String(server.port)];
      const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      children.add(child);
      child.stdin.on('error', () => {});
      const lines = createInterface(child.stdout).on('line', (line) => heard[line as keyof typeof heard]++);
      await once(lines, 'line');
      return child;
    };
    const alive = await Promise.all(Array.from({ length: PROCESSES }, start));
    const starts: Promise<unknown>[] = [];
    let [pauses, kills] = [0, 0];
    for (let event = 0; event < EVENTS; event++) {
      await sleep(250);
      const at = Math.floor(Math.random() * PROCESSES);
      const child = alive[at] as ChildProcess;
      // Its successor is starting.
      if (!children.has(child)) continue;
      if (Math.random() < 0.2) {
        child.kill('SIGKILL');
        children.delete(child);
        starts.push(start().then((next) => (alive[at] = next)));
        kills++;
      } else {
        child.kill('SIGSTOP');
        pauses++;
        setTimeout(() => void child.kill('SIGCONT'), 50 + Math.random() * 1450);
      }
    }
    await Promise.all(starts);
    const ends = alive.map((child) => once(child, 'close'));
    for (const child of alive) {
      child.stdin?.end();
      child.kill('SIGCONT');
    }
    const codes = (await Promise.all(ends)).map(([code]) => code);
    const history = await ledger.history();
    const [plain, writes] = [await ledger.plain(), await ledger.plainWrites()];
    console.log(
      [
        `chaos on ${name}: ${PROCESSES} processes, ${pauses} pauses, ${kills} kills: ${history.length} fenced updates`,
        `  ${heard.refused} refused by the fence, ${heard.lost} leases lost and told`,
        `  without the fence, with check() only: ${writes} updates, ${writes - plain} of them lost`,
      ].join('\n'),
    );
    // Each process ended by itself, after close().
    expect([heard.end, codes]).toEqual([PROCESSES, Array.from({ length: PROCESSES }, () => 0)]);
    // In the order of the tokens, the history is that of one process: each update adds one, and no token comes twice.
    const tokens = history.map(([token]) => token);
    expect(new Set(tokens).size).toBe(tokens.length);
    const inOrder = [...history].sort(([a], [b]) => a - b);
    expect(inOrder.map(([, value]) => value)).toEqual(history.map((_, i) => i + 1));
    expect(history).toEqual(inOrder);
    expect(history.length).toBeGreaterThan(PROCESSES);
  },
  600_000,
);
