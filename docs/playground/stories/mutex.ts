import { literal, workOf } from '../engine/argument.ts';
import type { Kind, Story } from '../engine/story.ts';

const imports = "import { Mutex } from '@valvekit/mutex';";
const state = ['mutex.isLocked', 'mutex.waiting'];
const changes = { cancel: 'mutex.cancel()' };

/** The story of the home page, too. */
export const withdrawals: Story = {
  id: 'withdrawals',
  title: 'Three withdrawals',
  text: 'Each withdrawal reads the balance, asks the bank, and writes the new balance. The lock lets one at a time do so.',
  without: {
    label: 'Without the lock',
    text: 'All of them read the same balance, and the last one to write overwrites the others: money is lost.',
  },
  imports,
  code: `
const mutex = new Mutex();
let balance = 100;

async function withdraw(amount, bank, options) {
  await mutex.sandbox(async () => { //lock: waits
    const before = balance;
    await bank(); //: holds|works
    balance = before - amount;
  }, options); //lock
}`,
  call: (ask, options) => ({
    task: 'withdraw',
    args: [literal(ask.amount ?? 10), workOf(ask), ...(options ? [options] : [])],
  }),
  shows: ['balance'],
  state,
  changes,
  judge({ balance }, actors) {
    const paid = actors.filter(({ ending }) => ending === 'done').reduce((sum, { amount }) => sum + amount, 0);
    const isRight = balance === 100 - paid;
    return {
      isRight,
      text: `100 − ${paid} is ${100 - paid}, and the balance is ${String(balance)}.`,
    };
  },
  stem: 'withdraw',
  newcomer: 'a withdrawal',
  scenario: {
    steps: [
      { at: 200, ask: 'withdraw 10', amount: 10, hold: 1800 },
      { at: 600, ask: 'withdraw 20', amount: 20, hold: 1600 },
      { at: 1200, ask: 'withdraw 5', amount: 5, hold: 1400 },
    ],
  },
};

const token: Pick<Story, 'imports' | 'code' | 'call' | 'shows' | 'state' | 'changes' | 'judge' | 'stem'> = {
  imports,
  code: `
const mutex = new Mutex({ name: 'token' });
let token, refreshes = 0;

async function request(server, options) {
  await mutex.sandbox(async () => { //lock: waits
    if (token === undefined) {
      await server(); //: holds|works
      token = \`token \${++refreshes}\`;
    }
  }, options); //lock
}`,
  call: (ask, options) => ({ task: 'request', args: [workOf(ask), ...(options ? [options] : [])] }),
  shows: ['token', 'refreshes'],
  state,
  changes,
  judge: ({ refreshes }) => ({
    isRight: Number(refreshes) <= 1,
    text:
      Number(refreshes) === 1
        ? 'The token was refreshed once.'
        : `The token was refreshed ${String(refreshes)} times${Number(refreshes) > 1 ? ', and each time the one before became invalid' : ''}.`,
  }),
  stem: 'request',
};

const refresh: Story = {
  ...token,
  id: 'token',
  title: 'One token for all',
  text: 'The token has expired. Request 1 refreshes it; the others wait, and find it when their turn comes.',
  without: { label: 'Without the lock', text: 'All of them find no token, and each one refreshes it.' },
  scenario: {
    steps: [
      { at: 200, ask: 'request 1', hold: 2200 },
      { at: 500, ask: 'request 2', hold: 2200 },
      { at: 900, ask: 'request 3', hold: 2200 },
      { at: 1300, ask: 'request 4', hold: 2200 },
    ],
  },
};

const givingUp: Story = {
  ...token,
  id: 'giving-up',
  title: 'Timeout and abort',
  text: 'Request 2 waits for at most 1.2 s. Request 3 is aborted while it waits. Both leave the line at once; request 4 moves up.',
  without: { label: 'Without the lock', text: 'Nobody waits, so nobody gives up: the token is refreshed four times.' },
  scenario: {
    steps: [
      { at: 200, ask: 'request 1', hold: 3000 },
      { at: 500, ask: 'request 2', hold: 3000, timeout: 1200 },
      { at: 800, ask: 'request 3', hold: 3000 },
      { at: 1100, ask: 'request 4', hold: 3000 },
      { at: 2400, abort: 'request 3' },
    ],
  },
};

const failure: Story = {
  ...withdrawals,
  id: 'failure',
  title: 'A holder fails',
  text: 'The bank refuses to pay out 10. The error goes to the caller of that withdrawal, and the lock to the next one.',
  without: { label: 'Without the lock', text: 'The failed one harms nobody. The other two overwrite one another.' },
  scenario: {
    steps: [
      { at: 200, ask: 'withdraw 10', amount: 10, hold: 1400, throws: true },
      { at: 500, ask: 'withdraw 20', amount: 20, hold: 1600 },
      { at: 900, ask: 'withdraw 5', amount: 5, hold: 1400 },
    ],
  },
};

const priorities: Story = {
  ...withdrawals,
  id: 'priorities',
  title: 'Priorities',
  text: 'The fee of 1 comes last, but with a higher priority: it goes ahead of those who wait. The holder is not affected.',
  scenario: {
    steps: [
      { at: 200, ask: 'withdraw 10', amount: 10, hold: 1700 },
      { at: 500, ask: 'withdraw 20', amount: 20, hold: 1200 },
      { at: 800, ask: 'withdraw 5', amount: 5, hold: 1200 },
      { at: 1300, ask: 'withdraw 1', amount: 1, hold: 1000, priority: 5 },
    ],
  },
};

export const mutex: Kind = {
  name: 'Mutex',
  fields: ['amount', 'hold', 'priority', 'timeout'],
  knobs: ['cancel'],
  stories: [withdrawals, refresh, givingUp, failure, priorities],
};
