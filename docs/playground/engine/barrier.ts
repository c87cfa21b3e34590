import { Barrier } from 'valvekit';
import { conditionCode, conditionOf, quoted } from './condition.ts';
import type { Kind } from './kind.ts';
import { argumentsOf, programOf } from './program.ts';

const visit = `async function visit(name, condition, options) {
  try {
    const ticket = await barrier.wait(condition, options);
    console.log(name, 'goes at', ticket);
  } catch (error) {
    console.log(name, 'fails:', error.message);
  }
}`;

export const barrier: Kind = {
  name: 'Barrier',
  fields: ['condition', 'timeout'],
  knobs: ['ticket'],

  open({ ticket = '' }) {
    const barrier = new Barrier<string>(ticket);
    return {
      get state() {
        return { ticket: barrier.get(), waiting: barrier.waiting };
      },
      async visit(actor) {
        const ticket = await barrier.wait(conditionOf(actor.ask.condition ?? ''), actor.options);
        actor.leave(`goes at ${ticket}`);
      },
      change(change) {
        if ('ticket' in change) barrier.set(change.ticket);
        else barrier.cancel();
      },
    };
  },

  program: (scenario) =>
    programOf(scenario, {
      opening: `import { Barrier } from '@valvekit/barrier';\n\nconst barrier = new Barrier(${quoted(scenario.ticket ?? '')});`,
      visits: [visit],
      visit: ({ ask, condition = '' }, options) =>
        `visit(${argumentsOf(`'${ask}'`, conditionCode(condition), options)})`,
      change: (change) => ('ticket' in change ? `barrier.set(${quoted(change.ticket)})` : 'barrier.cancel()'),
    }),

  examples: [
    {
      title: 'Wait until ready',
      text: "A waits for 'ready', B for 'ready' or 'failed', C for any ticket that starts with 'con', D for any ticket other than the first.",
      scenario: {
        ticket: 'starting',
        time: 2400,
        steps: [
          { at: 200, ask: 'A', condition: 'ready' },
          { at: 500, ask: 'B', condition: 'ready, failed' },
          { at: 800, ask: 'C', condition: '/^con/' },
          { at: 1100, ask: 'D', condition: '!starting' },
          { at: 1800, ticket: 'connecting' },
          { at: 3200, ticket: 'ready' },
          { at: 3800, ask: 'E', condition: 'ready' },
        ],
      },
    },
    {
      title: 'Timeout and abort',
      text: 'B waits for at most 1.5 s, C is aborted. A keeps waiting until its ticket comes.',
      scenario: {
        ticket: 'starting',
        time: 2600,
        steps: [
          { at: 200, ask: 'A', condition: 'ready' },
          { at: 500, ask: 'B', condition: 'ready', timeout: 1500 },
          { at: 800, ask: 'C', condition: '!starting' },
          { at: 2300, abort: 'C' },
          { at: 3400, ticket: 'ready' },
        ],
      },
    },
  ],
};
