import { workOf } from '../engine/argument.ts';
import type { Kind, Story } from '../engine/story.ts';

/** How many connections the server of the stories takes. */
const LIMIT = 3;

const downloads: Pick<
  Story,
  'imports' | 'code' | 'call' | 'shows' | 'state' | 'changes' | 'judge' | 'stem' | 'without'
> = {
  imports: "import { Semaphore } from '@valvekit/semaphore';",
  code: `
const semaphore = new Semaphore({capacity});
let open = 0, most = 0;

async function download(server, options) {
  await semaphore.sandbox(async () => { //lock: waits
    most = Math.max(most, ++open);
    try {
      await server(); //: holds|works
    } finally {
      open -= 1;
    }
  }, options); //lock
}`,
  call: (ask, options) => ({ task: 'download', args: [workOf(ask), ...(options ? [options] : [])] }),
  shows: ['open', 'most'],
  state: ['semaphore.available', 'semaphore.capacity', 'semaphore.waiting'],
  changes: { capacity: 'semaphore.capacity = value', cancel: 'semaphore.cancel()' },
  judge: ({ most }) => ({
    isRight: Number(most) <= LIMIT,
    text: `The server takes ${LIMIT} connections, and at most ${String(most)} ${most === 1 ? 'was' : 'were'} open.`,
  }),
  stem: 'image',
  without: { label: 'Without the limit', text: 'All connections are open at once: more than the server takes.' },
};

const atMost: Story = {
  ...downloads,
  id: 'at-most',
  title: 'At most three',
  text: 'Five images to download, and three permits. As soon as one is done, the next one gets its permit.',
  scenario: {
    capacity: 3,
    steps: [
      { at: 200, ask: 'image 1', hold: 1500 },
      { at: 400, ask: 'image 2', hold: 2600 },
      { at: 700, ask: 'image 3', hold: 1800 },
      { at: 1000, ask: 'image 4', hold: 1000 },
      { at: 1300, ask: 'image 5', hold: 1400 },
    ],
  },
};

const bigRequest: Story = {
  ...downloads,
  id: 'big-request',
  title: 'A big request waits its turn',
  text: 'The video needs all three permits. Images that come later wait behind it, although one permit is free: so it cannot starve.',
  scenario: {
    capacity: 3,
    steps: [
      { at: 200, ask: 'image 1', hold: 1600 },
      { at: 400, ask: 'image 2', hold: 2400 },
      { at: 800, ask: 'video', hold: 1200, permits: 3 },
      { at: 1100, ask: 'image 3', hold: 1000 },
      { at: 1400, ask: 'image 4', hold: 1500 },
    ],
  },
};

const resize: Story = {
  ...downloads,
  id: 'resize',
  title: 'Resize and pause',
  text: 'The capacity goes from 1 to 3, which admits two waiters at once. Then it goes to 0, which is a pause: everybody waits, and nobody is rejected.',
  scenario: {
    capacity: 1,
    steps: [
      { at: 200, ask: 'image 1', hold: 2000 },
      { at: 400, ask: 'image 2', hold: 1600 },
      { at: 600, ask: 'image 3', hold: 1800 },
      { at: 800, ask: 'image 4', hold: 1000 },
      { at: 1300, capacity: 3 },
      { at: 2000, capacity: 0 },
      { at: 2600, ask: 'image 5', hold: 1000 },
      { at: 4200, capacity: 2 },
    ],
  },
};

export const semaphore: Kind = {
  name: 'Semaphore',
  fields: ['hold', 'permits', 'priority', 'timeout'],
  knobs: ['capacity', 'cancel'],
  stories: [atMost, bigRequest, resize],
};
