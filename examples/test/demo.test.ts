import { expect, it } from 'vitest';
import { interrupt, run } from './run.ts';

it('prints each example line by line when there is no terminal', async (context) => {
  const lines = await run('demo.ts', context);
  expect(lines.filter((line) => /^\w/.test(line))).toEqual([
    'Mutex: a token, fetched once for all who need it (token-refresh.ts)',
    'ReadWriteLock: a cache with many readers and an update (price-cache.ts)',
    'Semaphore: five connections for fourteen queries (connection-pool.ts)',
    'Semaphore: many items, five at a time, most fail (sandbox-demo.ts)',
    'KeyedLocks: transfers under the locks of both accounts (money-transfer.ts)',
    'Barrier: parts that wait for the state they need (start-up.ts)',
    'ASemaphore: ten timers, one notification (ten-timers.ts)',
    'ASemaphore: a web page of several parts (render-page.ts)',
    'Guards: `using` gives back what was held (using-guards.ts)',
    'PostgresLocks: two processes, one killed, one paused (pay-invoice.ts)',
  ]);
  expect(lines).toContain('  request 3 asks for a token                         locked, 1 waiting');
  expect(lines.join('\n')).not.toContain('\u001b');
});

const isWindows = process.platform === 'win32'; // Windows has no signals.

it.skipIf(isWindows)('restores the terminal when it is interrupted', async (context) => {
  const { output, code } = await interrupt('demo.ts', context);
  expect(output.startsWith('\u001b[?1049h\u001b[?25l')).toBe(true);
  expect(output.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
  expect(code).toBe(130);
});
