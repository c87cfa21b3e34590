import { ASemaphore } from 'valvekit';
import type { Kind } from './kind.ts';
import { argumentsOf, programOf, workOf } from './program.ts';
import { asksOf } from './scenario.ts';

const visit = `async function visit(name, work) {
  const operation = async () => {
    console.log(name, 'works');
    await work();
    console.log(name, 'leaves');
  };
  try {
    await all.track(operation());
  } catch (error) {
    console.log(name, 'fails:', error.message);
  }
}`;

const waitForAll = `async function waitForAll(name, options) {
  try {
    await all.wait(options);
    console.log(name, 'goes');
  } catch (error) {
    console.log(name, 'fails:', error.message);
  }
}`;

export const asemaphore: Kind = {
  name: 'ASemaphore',
  fields: ['mode', 'hold', 'timeout'],
  modes: ['work', 'wait'],
  knobs: ['count'],

  open(_scenario, _clock, tell) {
    const all = new ASemaphore(() => tell('all done'));
    return {
      get state() {
        return { count: all.count, waiting: all.waiting };
      },
      async visit(actor) {
        if (actor.ask.mode === 'wait') {
          await all.wait(actor.options);
          actor.leave('goes');
        } else {
          await all.track(actor.work('works'));
        }
      },
      change(change) {
        if (!('call' in change)) return;
        if (change.call === 'v') all.v();
        else if (change.call === 'p') all.p();
        else all.cancel();
      },
    };
  },

  program(scenario) {
    const isWaiting = asksOf(scenario).map(({ mode }) => mode === 'wait');
    const visits = [];
    if (isWaiting.includes(false)) visits.push(visit);
    if (isWaiting.includes(true)) visits.push(waitForAll);
    return programOf(scenario, {
      opening: `import { ASemaphore } from '@valvekit/asemaphore';\n\nconst all = new ASemaphore(() => console.log('all done'));`,
      visits,
      visit: (ask, options) =>
        ask.mode === 'wait'
          ? `waitForAll(${argumentsOf(`'${ask.ask}'`, options)})`
          : `visit('${ask.ask}', ${workOf(ask)})`,
      change: (change) => `all.${'call' in change ? change.call : 'cancel'}()`,
    });
  },

  examples: [
    {
      title: 'Wait until all are done',
      text: 'D waits until the count is zero. The second round, E, counts up again and reaches zero again.',
      scenario: {
        time: 1600,
        steps: [
          { at: 200, ask: 'A', mode: 'work', hold: 1900 },
          { at: 400, ask: 'B', mode: 'work', hold: 900 },
          { at: 600, ask: 'C', mode: 'work', hold: 2300 },
          { at: 900, ask: 'D', mode: 'wait' },
          { at: 3600, ask: 'E', mode: 'work', hold: 1000 },
        ],
      },
    },
    {
      title: 'Failures count, too',
      text: 'B throws. That counts down like any other ending; the error goes to the caller of B. D waits for at most 1 s.',
      scenario: {
        time: 1700,
        steps: [
          { at: 200, ask: 'A', mode: 'work', hold: 2600 },
          { at: 500, ask: 'B', mode: 'work', hold: 900, throws: true },
          { at: 700, ask: 'C', mode: 'wait' },
          { at: 1000, ask: 'D', mode: 'wait', timeout: 1000 },
        ],
      },
    },
  ],
};
