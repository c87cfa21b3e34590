import { Mutex } from 'valvekit';
import type { Kind } from './kind.ts';
import { argumentsOf, programOf, visitUnder, workOf } from './program.ts';

export const mutex: Kind = {
  name: 'Mutex',
  fields: ['hold', 'priority', 'timeout'],
  knobs: [],

  open() {
    const mutex = new Mutex();
    return {
      get state() {
        const { isLocked, waiting } = mutex;
        return { isLocked, waiting };
      },
      visit: (actor) => mutex.sandbox(() => actor.work('holds'), actor.options),
      change: () => mutex.cancel(),
    };
  },

  program: (scenario) =>
    programOf(scenario, {
      opening: "import { Mutex } from '@valvekit/mutex';\n\nconst mutex = new Mutex();",
      visits: [visitUnder('mutex')],
      visit: (ask, options) => `visit(${argumentsOf(`'${ask.ask}'`, workOf(ask), options)})`,
      change: () => 'mutex.cancel()',
    }),

  examples: [
    {
      title: 'One at a time',
      text: 'Four actors want the same lock at nearly the same time. They get it one after the other, in the order they came.',
      scenario: {
        time: 2600,
        steps: [
          { at: 200, ask: 'A', hold: 1800 },
          { at: 600, ask: 'B', hold: 1200 },
          { at: 900, ask: 'C', hold: 1600 },
          { at: 1700, ask: 'D', hold: 800 },
        ],
      },
    },
    {
      title: 'Timeout and abort',
      text: 'B waits for at most 1.2 s. C is aborted while it waits. Both leave the line immediately, and D moves up.',
      scenario: {
        time: 2900,
        steps: [
          { at: 200, ask: 'A', hold: 3000 },
          { at: 500, ask: 'B', hold: 1000, timeout: 1200 },
          { at: 800, ask: 'C', hold: 1000 },
          { at: 1100, ask: 'D', hold: 1500 },
          { at: 2400, abort: 'C' },
        ],
      },
    },
    {
      title: 'A holder throws',
      text: 'A throws while it holds the lock. The error goes to the caller of A; the lock goes to B.',
      scenario: {
        time: 1800,
        steps: [
          { at: 200, ask: 'A', hold: 1200, throws: true },
          { at: 500, ask: 'B', hold: 1500 },
          { at: 900, ask: 'C', hold: 1000 },
        ],
      },
    },
    {
      title: 'Priorities',
      text: 'D comes last, but with a higher priority: it goes ahead of the other waiters. The holder is not affected.',
      scenario: {
        time: 2500,
        steps: [
          { at: 200, ask: 'A', hold: 1700 },
          { at: 500, ask: 'B', hold: 1200 },
          { at: 800, ask: 'C', hold: 1200 },
          { at: 1300, ask: 'D', hold: 1000, priority: 5 },
        ],
      },
    },
  ],
};
