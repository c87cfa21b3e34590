import { condition } from '../engine/argument.ts';
import type { Kind, Story } from '../engine/story.ts';

const connection: Pick<
  Story,
  'imports' | 'code' | 'call' | 'shows' | 'state' | 'changes' | 'judge' | 'stem' | 'without'
> = {
  imports: "import { Barrier } from '@valvekit/barrier';",
  code: `
const barrier = new Barrier({ticket});
let early = 0;

async function query(condition, options) {
  await barrier.wait(condition, options); //lock: waits
  if (barrier.get() === 'starting') early += 1;
}`,
  call: (ask, options) => ({
    task: 'query',
    args: [condition(ask.condition ?? 'ready'), ...(options ? [options] : [])],
  }),
  shows: ['early'],
  state: ['barrier.get()', 'barrier.waiting'],
  changes: { ticket: 'barrier.set(value)', cancel: 'barrier.cancel()' },
  judge: ({ early }) => ({
    isRight: early === 0,
    text:
      early === 0
        ? 'Nobody used the connection before it was there.'
        : `${String(early)} ${early === 1 ? 'query' : 'queries'} came before there was a connection.`,
  }),
  stem: 'query',
  without: { label: 'Without the barrier', text: 'Nobody waits, and the first ones find no connection.' },
};

const startUp: Story = {
  ...connection,
  id: 'start-up',
  title: 'Wait until it is ready',
  text: 'Queries wait for the connection, the page for success or failure, the log for whatever begins with con, the spinner for any change.',
  scenario: {
    ticket: 'starting',
    steps: [
      { at: 200, ask: 'query 1', condition: 'ready' },
      { at: 500, ask: 'page', condition: 'ready, failed' },
      { at: 800, ask: 'log', condition: '/^con/' },
      { at: 1100, ask: 'spinner', condition: '!starting' },
      { at: 1800, ticket: 'connecting' },
      { at: 3200, ticket: 'ready' },
      { at: 3800, ask: 'query 2', condition: 'ready' },
    ],
  },
};

const givingUp: Story = {
  ...connection,
  id: 'barrier-giving-up',
  title: 'Timeout and abort',
  text: 'Query 2 waits for at most 1.5 s, the spinner is aborted. Query 1 waits until its ticket comes.',
  scenario: {
    ticket: 'starting',
    steps: [
      { at: 200, ask: 'query 1', condition: 'ready' },
      { at: 500, ask: 'query 2', condition: 'ready', timeout: 1500 },
      { at: 800, ask: 'spinner', condition: '!starting' },
      { at: 2300, abort: 'spinner' },
      { at: 3400, ticket: 'ready' },
    ],
  },
};

export const barrier: Kind = {
  name: 'Barrier',
  fields: ['condition', 'timeout'],
  knobs: ['ticket', 'cancel'],
  stories: [startUp, givingUp],
};
