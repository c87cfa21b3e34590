import { KeyedLocks, sandboxAll } from 'valvekit';
import type { Kind, State } from './kind.ts';
import { argumentsOf, programOf, workOf } from './program.ts';
import { asksOf, type Scenario } from './scenario.ts';

const visit = `async function visit(name, keys, work, options) {
  try {
    const mutexes = keys.map((key) => locks.mutex(key));
    await sandboxAll(mutexes, async () => {
      console.log(name, 'holds');
      await work();
      console.log(name, 'leaves');
    }, options);
  } catch (error) {
    console.log(name, 'fails:', error.message);
  }
}`;

export const keyedLocks: Kind = {
  name: 'KeyedLocks',
  fields: ['keys', 'hold', 'priority', 'timeout'],
  knobs: [],

  open(scenario) {
    const locks = new KeyedLocks();
    return {
      get state() {
        const { size, waiting } = locks;
        return { size, waiting, ...Object.fromEntries(keysOf(scenario).flatMap((key) => stateOf(locks, key))) };
      },
      visit(actor) {
        const mutexes = split(actor.ask.keys).map((key) => locks.mutex(key));
        return sandboxAll(mutexes, () => actor.work('holds'), actor.options);
      },
      change: () => locks.cancel(),
    };
  },

  program: (scenario) =>
    programOf(scenario, {
      opening: "import { KeyedLocks, sandboxAll } from '@valvekit/keyed';\n\nconst locks = new KeyedLocks();",
      visits: [visit],
      visit(ask, options) {
        const keys = split(ask.keys).map((key) => `'${key}'`);
        return `visit(${argumentsOf(`'${ask.ask}'`, `[${keys.join(', ')}]`, workOf(ask), options)})`;
      },
      change: () => 'locks.cancel()',
    }),

  examples: [
    {
      title: 'A lock for each key',
      text: 'A and B want the lock of ann: B waits. C wants the lock of ben, and need not wait. When nobody uses a key any more, its lock is gone: look at the size.',
      scenario: {
        time: 2400,
        steps: [
          { at: 200, ask: 'A', keys: 'ann', hold: 2000 },
          { at: 600, ask: 'B', keys: 'ann', hold: 1200 },
          { at: 1000, ask: 'C', keys: 'ben', hold: 1000 },
          { at: 1300, ask: 'D', keys: 'ann', hold: 800 },
        ],
      },
    },
    {
      title: 'A transfer waits in two lines',
      text: 'C needs the locks of both accounts. It waits in both lines, holds nothing, and keeps its place: D comes later, and waits although ben is free.',
      scenario: {
        time: 1700,
        steps: [
          { at: 200, ask: 'A', keys: 'ann', hold: 2200 },
          { at: 400, ask: 'B', keys: 'ben', hold: 800 },
          { at: 700, ask: 'C', keys: 'ann ben', hold: 1400 },
          { at: 1400, ask: 'D', keys: 'ben', hold: 900 },
        ],
      },
    },
    {
      title: 'Transfers in a circle',
      text: 'Each transfer needs two accounts, in an order of its own. Taken one after the other, their locks could deadlock. All at once, they cannot.',
      scenario: {
        time: 2100,
        steps: [
          { at: 200, ask: 'A', keys: 'ann ben', hold: 1200 },
          { at: 400, ask: 'B', keys: 'ben cleo', hold: 1200 },
          { at: 600, ask: 'C', keys: 'cleo ann', hold: 1200 },
          { at: 800, ask: 'D', keys: 'dan ann', hold: 1200 },
        ],
      },
    },
    {
      title: 'A transfer gives up',
      text: 'B waits for at most 1.2 s. It leaves both lines at once, and C, which waits behind it for ben, goes on.',
      scenario: {
        time: 2600,
        steps: [
          { at: 200, ask: 'A', keys: 'ann', hold: 3000 },
          { at: 500, ask: 'B', keys: 'ann ben', hold: 1000, timeout: 1200 },
          { at: 900, ask: 'C', keys: 'ben', hold: 1500 },
        ],
      },
    },
  ],
};

/** The keys that an actor names. */
export function split(keys = ''): string[] {
  return keys.split(' ').filter((key) => key !== '');
}

/** The keys of all actors, in the order in which they came. */
function keysOf(scenario: Scenario): string[] {
  return [...new Set(asksOf(scenario).flatMap(({ keys }) => split(keys)))];
}

function stateOf(locks: KeyedLocks, key: string): [name: string, value: State[string]][] {
  const { isLocked, waiting } = locks.mutex(key);
  return [
    [`mutex('${key}').isLocked`, isLocked],
    [`mutex('${key}').waiting`, waiting],
  ];
}
