import { describe, expect, it } from 'vitest';
import { interrupt, runInRealTime } from './run.ts';

function expectInOrder(lines: readonly string[], wanted: readonly string[]): void {
  // On a slow machine a lease may be lost, and a worker does something twice.
  expect([...new Set(lines)].filter((line) => wanted.includes(line))).toEqual(wanted);
}

const isWindows = process.platform === 'win32'; // It has no signals.

describe('pay-invoice', () => {
  it('pays each invoice once, though a process is killed and another is paused', async (context) => {
    const lines = await runInRealTime('pay-invoice.ts', context);
    expectInOrder(lines, [
      'worker 1 holds invoice 1, and asks the bank',
      'worker 1 is killed before the bank answers',
      'worker 2 holds invoice 1, and asks the bank',
      'worker 2 leaves and has paid invoice 1',
    ]);
    expect(lines.at(-1)).toMatch(/^the books say invoice 1: paid once/);
    if (isWindows) return;
    expectInOrder(lines, [
      'worker 3 holds invoice 2, and asks the bank',
      'worker 3 is paused before the bank answers',
      'worker 2 holds invoice 2, and asks the bank',
      'worker 2 leaves and has paid invoice 2',
      'worker 3 goes on and the bank answers',
      'worker 3 gives up as the server refuses it',
      'worker 3 leaves because invoice 2 is paid',
    ]);
    expect(lines.at(-1)).toBe('the books say invoice 1: paid once, invoice 2: paid once');
  });

  it.skipIf(isWindows)('pays twice without a fence', async (context) => {
    const lines = await runInRealTime('pay-invoice.ts --without-fence', context);
    expect(lines).toContain('worker 3 gives up too late: it has paid');
    expect(lines.at(-1)).toBe('the books say invoice 1: paid once, invoice 2: paid 2 times');
  });

  it.skipIf(isWindows)('leaves no process behind when it is interrupted', async (context) => {
    // Its output ends when the last process that could write to it is gone, the paused one included.
    const { output, code } = await interrupt('pay-invoice.ts', context, /is paused/);
    expect(output).toContain('worker 3 is paused');
    expect(code).toBe(1);
  });
});
