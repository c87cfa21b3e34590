import { literal, workOf } from '../engine/argument.ts';
import type { Story } from '../engine/story.ts';
import { withdrawals } from './mutex.ts';

/** Six seconds for the home page: the withdrawals, in few and short lines. */
export const sixSeconds: Story = {
  ...withdrawals,
  id: 'home',
  imports: "import { Mutex } from 'valvekit';",
  code: `
const mutex = new Mutex();
let balance = 100;

async function withdraw(amount, bank) {
  await mutex.sandbox(async () => { //lock: waits
    const before = balance;
    await bank(); //: holds|works
    balance = before - amount;
  }); //lock
}`,
  call: (ask) => ({ task: 'withdraw', args: [literal(ask.amount ?? 0), workOf(ask)] }),
  isFixed: true,
  scenario: {
    steps: [
      { at: 300, ask: 'withdraw 10', amount: 10, hold: 2000 },
      { at: 800, ask: 'withdraw 20', amount: 20, hold: 1900 },
      { at: 1400, ask: 'withdraw 5', amount: 5, hold: 1600 },
    ],
  },
};
