import type { Actor } from '../engine/actor.ts';
import { literal, workOf } from '../engine/argument.ts';
import { split } from '../engine/scenario.ts';
import type { Kind, Story } from '../engine/story.ts';

const MOVED = 10;

/** What the accounts should have after these transfers. */
function expected(actors: readonly Actor[]): Record<string, number> {
  const balances: Record<string, number> = { ann: 100, ben: 100, cleo: 100, dan: 100 };
  for (const { ending, keys } of actors) {
    const [from, to] = keys;
    if (ending !== 'done' || from === undefined || to === undefined) continue;
    balances[from] = (balances[from] ?? Number.NaN) - MOVED;
    balances[to] = (balances[to] ?? Number.NaN) + MOVED;
  }
  return balances;
}

const accounts: Pick<
  Story,
  'imports' | 'code' | 'call' | 'shows' | 'state' | 'changes' | 'judge' | 'stem' | 'without'
> = {
  imports: "import { KeyedLocks, sandboxAll } from '@valvekit/keyed';",
  code: `
const accounts = new KeyedLocks();
const balances = { ann: 100, ben: 100, cleo: 100, dan: 100 };

async function transfer(keys, bank, options) {
  const locks = keys.map((key) => accounts.mutex(key)); //lock
  await sandboxAll(locks, async () => { //lock: waits
    const [from, to = from] = keys;
    const [left, right] = [balances[from], balances[to]];
    await bank(); //: holds|works
    balances[from] = left - 10;
    balances[to] = to === from ? left : right + 10;
  }, options); //lock
}`,
  call: (ask, options) => ({
    task: 'transfer',
    args: [literal(split(ask.keys)), workOf(ask), ...(options ? [options] : [])],
  }),
  shows: ['balances'],
  state: ['accounts.size', 'accounts.waiting'],
  changes: { cancel: 'accounts.cancel()' },
  judge({ balances }, actors) {
    const found = balances as Record<string, number>;
    const wrong = Object.entries(expected(actors)).filter(([key, balance]) => found[key] !== balance);
    return {
      isRight: wrong.length === 0,
      text:
        wrong.length === 0
          ? 'Every account has what it should have.'
          : `${wrong.map(([key, balance]) => `${key} should have ${String(balance)}, and has ${found[key]}`).join('; ')}.`,
    };
  },
  stem: 'transfer',
  without: {
    label: 'Without the locks',
    text: 'Transfers read a balance that another one is about to change, and overwrite it later.',
  },
};

const perKey: Story = {
  ...accounts,
  id: 'per-key',
  title: 'A lock for each account',
  text: 'Whoever shares an account waits in turn. The audit of dan shares none, and runs at the same time.',
  scenario: {
    steps: [
      { at: 200, ask: 'ann → ben', keys: 'ann ben', hold: 2000 },
      { at: 600, ask: 'ann → cleo', keys: 'ann cleo', hold: 1200 },
      { at: 1000, ask: 'audit cleo', keys: 'cleo', hold: 1000 },
      { at: 1300, ask: 'ben → ann', keys: 'ben ann', hold: 800 },
      { at: 1600, ask: 'audit dan', keys: 'dan', hold: 1000 },
    ],
  },
};

const circle: Story = {
  ...accounts,
  id: 'circle',
  title: 'Transfers in a circle',
  text: 'Each transfer needs two accounts, in an order of its own. Taken one after the other, their locks could deadlock. All at once, they cannot.',
  scenario: {
    steps: [
      { at: 200, ask: 'ann → ben', keys: 'ann ben', hold: 1200 },
      { at: 400, ask: 'ben → cleo', keys: 'ben cleo', hold: 1200 },
      { at: 600, ask: 'cleo → ann', keys: 'cleo ann', hold: 1200 },
    ],
  },
};

const givesUp: Story = {
  ...accounts,
  id: 'gives-up',
  title: 'A transfer gives up',
  text: 'The second one waits in two lines, for at most 1.2 s. It leaves both at once, and the one behind it goes on.',
  scenario: {
    steps: [
      { at: 200, ask: 'audit ann', keys: 'ann', hold: 3000 },
      { at: 500, ask: 'ann → ben', keys: 'ann ben', hold: 1000, timeout: 1200 },
      { at: 900, ask: 'ben → cleo', keys: 'ben cleo', hold: 1500 },
    ],
  },
};

/** Its wrong variant is the deadlock: what `@valvekit/inspect` reports there is recorded when the site is built. */
export const deadlock: Story = {
  ...accounts,
  id: 'deadlock',
  title: 'A deadlock',
  text: 'Both transfers ask for both locks at once: one goes first, then the other.',
  without: {
    label: 'One lock after the other',
    text: 'Each transfer holds one account and waits for the other one, forever. Nothing more happens.',
    takesKeysInTurn: true,
  },
  imports: "import { KeyedLocks, sandboxAll } from '@valvekit/keyed';",
  code: `
const accounts = new KeyedLocks({ name: 'accounts' });
const balances = { ann: 100, ben: 100, cleo: 100 };

async function transfer([from, to], bank, options) {
  const mutexes = [accounts.mutex(from), accounts.mutex(to)];
  await sandboxAll(mutexes, async () => { //lock: waits
    await bank(); //lock: holds
    balances[from] -= 10; //lock
    balances[to] += 10; //lock
  }, options); //lock
  await mutexes[0].sandbox(async () => { //bare: waits
    await bank(); //bare: holds
    await mutexes[1].sandbox(async () => { //bare: waits
      balances[from] -= 10; //bare
      balances[to] += 10; //bare
    }, options); //bare
  }, options); //bare
}`,
  judge(_, actors) {
    const stuck = actors.filter(({ ending }) => ending === 'waits forever').length;
    return {
      isRight: stuck === 0,
      text: stuck === 0 ? 'Both transfers are done.' : `${stuck} transfers wait for one another, forever.`,
    };
  },
  scenario: {
    steps: [
      { at: 200, ask: 'ann → ben', keys: 'ann ben', hold: 1200 },
      { at: 600, ask: 'ben → ann', keys: 'ben ann', hold: 1200 },
    ],
  },
};

export const keyedLocks: Kind = {
  name: 'KeyedLocks',
  fields: ['keys', 'hold', 'priority', 'timeout'],
  knobs: ['cancel'],
  stories: [perKey, circle, givesUp, deadlock],
};
