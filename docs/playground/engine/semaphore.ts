import { Semaphore } from 'valvekit';
import type { Kind } from './kind.ts';
import { argumentsOf, programOf, visitUnder, workOf } from './program.ts';

export const semaphore: Kind = {
  name: 'Semaphore',
  fields: ['hold', 'permits', 'priority', 'timeout'],
  knobs: ['capacity'],

  open({ capacity = 1 }) {
    const semaphore = new Semaphore(capacity);
    return {
      get state() {
        const { available, capacity, waiting } = semaphore;
        return { available, capacity, waiting };
      },
      visit: (actor) => semaphore.sandbox(() => actor.work('holds'), actor.options),
      change(change) {
        if ('capacity' in change) semaphore.capacity = change.capacity;
        else semaphore.cancel();
      },
    };
  },

  program: (scenario) =>
    programOf(scenario, {
      opening: `import { Semaphore } from '@valvekit/semaphore';\n\nconst semaphore = new Semaphore(${scenario.capacity ?? 1});`,
      visits: [visitUnder('semaphore')],
      visit: (ask, options) => `visit(${argumentsOf(`'${ask.ask}'`, workOf(ask), options)})`,
      change: (change) => ('capacity' in change ? `(semaphore.capacity = ${change.capacity})` : 'semaphore.cancel()'),
    }),

  examples: [
    {
      title: 'At most two',
      text: 'Five actors want a permit, and there are two. As soon as one leaves, the next one gets its permit.',
      scenario: {
        capacity: 2,
        time: 2300,
        steps: [
          { at: 200, ask: 'A', hold: 1500 },
          { at: 400, ask: 'B', hold: 2600 },
          { at: 700, ask: 'C', hold: 1800 },
          { at: 1000, ask: 'D', hold: 1000 },
          { at: 1300, ask: 'E', hold: 1400 },
        ],
      },
    },
    {
      title: 'A big request waits its turn',
      text: 'C wants three permits together. D and E want one each and wait behind it, so that C cannot starve.',
      scenario: {
        capacity: 3,
        time: 2200,
        steps: [
          { at: 200, ask: 'A', hold: 1600 },
          { at: 400, ask: 'B', hold: 2400 },
          { at: 800, ask: 'C', hold: 1200, permits: 3 },
          { at: 1100, ask: 'D', hold: 1000 },
          { at: 1400, ask: 'E', hold: 1500 },
        ],
      },
    },
    {
      title: 'Resize and pause',
      text: 'The capacity goes from 1 to 3, which admits two waiters immediately. Then it goes to 0, which is a pause: no request is rejected.',
      scenario: {
        capacity: 1,
        time: 3400,
        steps: [
          { at: 200, ask: 'A', hold: 2000 },
          { at: 400, ask: 'B', hold: 1600 },
          { at: 600, ask: 'C', hold: 1800 },
          { at: 800, ask: 'D', hold: 1000 },
          { at: 1300, capacity: 3 },
          { at: 2000, capacity: 0 },
          { at: 2600, ask: 'E', hold: 1000 },
          { at: 4200, capacity: 2 },
        ],
      },
    },
  ],
};
