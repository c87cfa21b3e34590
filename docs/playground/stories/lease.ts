import { Family, readLocksOptions } from '@valvekit/lease';
import { MemoryServer, type MemoryStore } from '@valvekit-internal/servers/memory/memory-server';
import { literal, workOf } from '../engine/argument.ts';
import type { Kind, Story } from '../engine/story.ts';

const LEASE = 3000;

/** Two processes, with the locks of `@valvekit/lease` on one store in memory. */
function machines(): Record<string, unknown> {
  const server = new MemoryServer();
  server.clock.advance(-server.clock.now);
  let told = 0;
  const store = (): MemoryStore => {
    const connection = server.connect();
    // The store's clock is that of the story.
    connection.onCommand = () => {
      server.clock.advance(Date.now() - told);
      told = Date.now();
    };
    return connection;
  };
  const stores = [store(), store()] as const;
  const [first, second] = stores.map((each) => new Family(each, readLocksOptions({ lease: LEASE })));
  return {
    workers: { 'worker 1': first, 'worker 2': second },
    cutOff() {
      stores[0].onCommand = () => {
        throw new Error('the network is down');
      };
      server.ignore(stores[0].client);
    },
  };
}

const lost: Story = {
  id: 'lease',
  title: 'A lease is lost',
  text: 'Worker 1 loses its connection, so it cannot renew its lease, and the store gives the lock to worker 2. Worker 1 does not stop, and saves late: the table refuses its old token.',
  without: {
    label: 'Without the token',
    text: 'The table takes whatever comes. Worker 1, who lost the lock long ago, overwrites what worker 2 has saved.',
  },
  imports: '// workers: two processes with RedisLocks, and leases of 3 s',
  code: `
let table = { token: 0, by: 'nobody' };

async function report(worker, work, options) {
  const mutex = workers[worker].mutex('report');
  await mutex.sandbox(async ({ signal, token }) => { //: waits
    signal.onabort = () => {
      console.log(worker, 'should stop now'); //: lost
    };
    await work(); //: holds
    save(worker, token);
  }, options);
}

function save(by, token) {
  if (token < table.token) throw new Error('too late'); //lock
  table = { token, by };
}`,
  call: (ask, options) => ({ task: 'report', args: [literal(ask.ask), workOf(ask), ...(options ? [options] : [])] }),
  shows: ['table'],
  state: [],
  changes: { cut: 'cutOff()' },
  given: machines,
  judge({ table }) {
    const { by } = table as { by: string };
    return {
      isRight: by === 'worker 2',
      text:
        by === 'worker 2'
          ? 'The table has what worker 2, the last holder, has saved.'
          : `The table has what ${by} has saved, long after the lock was another's.`,
    };
  },
  stem: 'worker',
  isFixed: true,
  scenario: {
    steps: [
      { at: 200, ask: 'worker 1', hold: 7000 },
      { at: 1000, ask: 'worker 2', hold: 1500 },
      { at: 1600, call: 'cut' },
    ],
  },
};

export const lease: Kind = { name: 'Leases', lock: 'Mutex', fields: [], knobs: [], stories: [lost] };
