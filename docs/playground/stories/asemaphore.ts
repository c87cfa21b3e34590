import { workOf } from '../engine/argument.ts';
import type { Kind, Story } from '../engine/story.ts';

const uploads: Pick<Story, 'imports' | 'code' | 'call' | 'shows' | 'state' | 'changes' | 'judge' | 'stem' | 'without'> =
  {
    imports: "import { ASemaphore } from '@valvekit/asemaphore';",
    code: `
const all = new ASemaphore();
let unfinished = 0, missed = 0;

async function upload(server) {
  unfinished += 1;
  try {
    await all.track(server()); //lock: works
    await server(); //bare: works
  } finally {
    unfinished -= 1;
  }
}

async function report(options) {
  await all.wait(options); //lock: waits
  missed = Math.max(missed, unfinished);
}`,
    call: (ask, options) =>
      ask.mode === 'wait'
        ? { task: 'report', args: options ? [options] : [] }
        : { task: 'upload', args: [workOf(ask)] },
    shows: ['unfinished', 'missed'],
    state: ['all.count', 'all.waiting'],
    changes: { v: 'all.v()', p: 'all.p()', cancel: 'all.cancel()' },
    judge: ({ missed }) => ({
      isRight: missed === 0,
      text:
        missed === 0
          ? 'No report missed an upload.'
          : `A report missed ${String(missed)} ${missed === 1 ? 'upload' : 'uploads'}.`,
    }),
    stem: 'upload',
    without: {
      label: 'Without waiting',
      text: 'The report is written while uploads are still running, and misses them.',
    },
  };

const allDone: Story = {
  ...uploads,
  id: 'all-done',
  title: 'Wait until all are done',
  text: 'The report waits until the count is zero. Upload 4 starts while it waits, and counts, too.',
  scenario: {
    steps: [
      { at: 200, ask: 'upload 1', mode: 'work', hold: 1900 },
      { at: 400, ask: 'upload 2', mode: 'work', hold: 900 },
      { at: 600, ask: 'upload 3', mode: 'work', hold: 2300 },
      { at: 900, ask: 'report', mode: 'wait' },
      { at: 1500, ask: 'upload 4', mode: 'work', hold: 2100 },
    ],
  },
};

const failures: Story = {
  ...uploads,
  id: 'failures',
  title: 'Failures count, too',
  text: 'Upload 2 fails. That counts down like any other end; the error goes to its caller. The impatient report waits for at most 1 s.',
  scenario: {
    steps: [
      { at: 200, ask: 'upload 1', mode: 'work', hold: 2600 },
      { at: 500, ask: 'upload 2', mode: 'work', hold: 900, throws: true },
      { at: 700, ask: 'report', mode: 'wait' },
      { at: 1000, ask: 'impatient report', mode: 'wait', timeout: 1000 },
    ],
  },
};

export const asemaphore: Kind = {
  name: 'ASemaphore',
  fields: ['mode', 'hold', 'timeout'],
  modes: ['work', 'wait'],
  knobs: ['count', 'cancel'],
  stories: [allDone, failures],
};
