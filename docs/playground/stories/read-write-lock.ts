import { type Argument, workOf } from '../engine/argument.ts';
import type { Kind, Story } from '../engine/story.ts';

const prices: Pick<Story, 'imports' | 'code' | 'call' | 'shows' | 'state' | 'changes' | 'judge' | 'stem' | 'without'> =
  {
    imports: "import { ReadWriteLock } from '@valvekit/rwlock';",
    code: `
const lock = new ReadWriteLock({ policy: {policy} });
let net = 100, gross = 120, torn = 0;

async function read(pause, options) {
  await lock.read.sandbox(async () => { //lock: waits
    const seen = net;
    await pause(); //: reads
    if (gross !== seen * 1.2) torn += 1;
  }, options); //lock
}

async function write(pause, options) {
  await lock.write.sandbox(async () => { //lock: waits
    net += 50;
    await pause(); //: writes
    gross = net * 1.2;
  }, options); //lock
}

async function readThenWrite(check, pause, options) {
  const guard = await lock.upgradable.acquire(options); //lock: waits
  try {
    await check(); //: reads
    if (pause) {
      await guard.upgrade(options); //lock: waits
      net += 50;
      await pause(); //: writes
      gross = net * 1.2;
    }
  } finally {
    guard.release(); //lock
  }
}`,
    call(ask, options) {
      const rest: Argument[] = options ? [options] : [];
      if (ask.mode === 'write') return { task: 'write', args: [workOf(ask), ...rest] };
      if (ask.mode !== 'upgradable') return { task: 'read', args: [workOf(ask), ...rest] };
      const { writes, throws, ...reading } = ask;
      if (writes === undefined) {
        const nothing = { text: 'undefined', valueIn: () => undefined };
        return { task: 'readThenWrite', args: [workOf(ask), ...(options ? [nothing, options] : [])] };
      }
      const writing = { ...reading, hold: writes, ...(throws && { throws }) };
      return { task: 'readThenWrite', args: [workOf(reading), workOf(writing), ...rest] };
    },
    shows: ['net', 'gross', 'torn'],
    state: ['lock.isLocked', 'lock.readers', 'lock.waitingReaders', 'lock.waitingWriters'],
    changes: { cancel: 'lock.cancel()' },
    judge: ({ torn }) => ({
      isRight: torn === 0,
      text:
        torn === 0
          ? 'Every reader saw two prices that fit together.'
          : `${String(torn)} ${torn === 1 ? 'reader' : 'readers'} saw a price that was half written.`,
    }),
    stem: 'reader',
    without: {
      label: 'Without the lock',
      text: 'Readers look while a writer has changed one price, and not yet the other.',
    },
  };

const sharing: Story = {
  ...prices,
  id: 'sharing',
  title: 'Readers share, a writer is alone',
  text: 'The first three readers read together. The writer waits until they have left, and readers who come later wait behind it.',
  scenario: {
    policy: 'fair',
    steps: [
      { at: 200, ask: 'reader 1', mode: 'read', hold: 1500 },
      { at: 500, ask: 'reader 2', mode: 'read', hold: 2200 },
      { at: 800, ask: 'reader 3', mode: 'read', hold: 900 },
      { at: 1200, ask: 'writer', mode: 'write', hold: 1300 },
      { at: 1500, ask: 'reader 4', mode: 'read', hold: 800 },
      { at: 2000, ask: 'reader 5', mode: 'read', hold: 1500 },
    ],
  },
};

const readersFirst: Story = {
  ...prices,
  id: 'readers-first',
  title: 'Readers first',
  text: "The policy 'readers' admits a reader whenever nobody writes. Change it to 'fair' below, and see who waits then.",
  scenario: {
    policy: 'readers',
    steps: [
      { at: 200, ask: 'reader 1', mode: 'read', hold: 1500 },
      { at: 700, ask: 'writer', mode: 'write', hold: 1200 },
      { at: 1200, ask: 'reader 2', mode: 'read', hold: 600 },
      { at: 2100, ask: 'reader 3', mode: 'read', hold: 1100 },
    ],
  },
};

const upgrade: Story = {
  ...prices,
  id: 'upgrade',
  title: 'Read first, then perhaps write',
  text: 'The clerk reads together with reader 1, and then wants to write. It goes ahead of the writer that came later, and nobody writes in between.',
  scenario: {
    policy: 'fair',
    steps: [
      { at: 200, ask: 'reader 1', mode: 'read', hold: 2000 },
      { at: 500, ask: 'clerk', mode: 'upgradable', hold: 1100, writes: 1200 },
      { at: 900, ask: 'writer', mode: 'write', hold: 1000 },
      { at: 1300, ask: 'reader 2', mode: 'read', hold: 1200 },
    ],
  },
};

export const readWriteLock: Kind = {
  name: 'ReadWriteLock',
  fields: ['mode', 'hold', 'writes', 'priority', 'timeout'],
  modes: ['read', 'write', 'upgradable'],
  knobs: ['policy', 'cancel'],
  stories: [sharing, readersFirst, upgrade],
};
