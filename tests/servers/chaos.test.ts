// Five processes add to a counter while they are paused and killed. No update that the token protects is lost.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { RedisServer } from '@valvekit-internal/servers/redis-server';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';

const PROCESSES = 5;
const SECONDS = 10;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

it('loses no fenced update, and gives no token twice', async () => {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const tokens: number[] = [];
  let ended = 0;
  const start = () => {
    const args = ['--conditions=@valvekit/source', join(import.meta.dirname, 'chaos-worker.ts')];
    const child = spawn(process.execPath, [...args, String(server.port), 'chaos'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (data) => {
      text += String(data);
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const [word, token] = line.split(' ');
        if (word === 'w') tokens.push(Number(token));
        else ended++;
      }
    });
    return child;
  };
  const children = Array.from({ length: PROCESSES }, start);
  onTestFinished(() => children.forEach((child) => void child.kill('SIGKILL')));
  await sleep(2000);
  let [pauses, kills] = [0, 0];
  for (const end = Date.now() + SECONDS * 1000; Date.now() < end; ) {
    await sleep(80);
    const at = Math.floor(Math.random() * PROCESSES);
    const child = children[at];
    if (Math.random() < 0.2) {
      child?.kill('SIGKILL');
      children[at] = start();
      kills++;
    } else {
      child?.kill('SIGSTOP');
      pauses++;
      setTimeout(() => child?.kill('SIGCONT'), 50 + Math.random() * 2500);
    }
  }
  await sleep(2600);
  const gone = children.map((child) => new Promise((resolve) => void child.once('exit', resolve)));
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(gone);
  const client = new Redis({ port: server.port, host: '127.0.0.1' });
  const counter = Number(await client.get('chaos:counter'));
  client.disconnect();
  console.log(`chaos: ${pauses} pauses, ${kills} kills, ${tokens.length} writes heard, counter ${counter}`);
  // Each process ended by itself, after close().
  expect(ended).toBe(PROCESSES);
  expect(new Set(tokens).size).toBe(tokens.length);
  // A process may be killed between its write and its report, but no report is without its write.
  expect(counter).toBeGreaterThanOrEqual(tokens.length);
  expect(counter - tokens.length).toBeLessThanOrEqual(kills);
}, 60_000);
