import { excludesInSandbox } from '../exclusion.ts';
import { Room } from '../room.ts';
import type { Things } from '../subject.ts';
import { mustHold, row } from '../workload.ts';

type Keyed = Things['keyed'];

const settled = Promise.resolve();

/** All tasks ask together, in turn for each of some keys. */
function contend(run: Keyed, size: number, count: number): Promise<unknown> {
  const rooms = Array.from({ length: count }, (_, key) => ({ key: `key ${key}`, room: new Room(size / count, 1) }));
  for (let place = 0; place < size / count; place++) {
    for (const { key, room } of rooms) {
      void run(key, async () => {
        room.enter(place);
        await settled;
        room.leave();
      });
    }
  }
  return Promise.all(rooms.map(({ room }) => room.empty));
}

/** The locks of two keys are two locks, and each of them is one. */
async function isKeyed(run: Keyed): Promise<void> {
  await excludesInSandbox((fn) => run('key', fn));
  let leave = (): void => {};
  const held = run('key', () => new Promise<void>((resolve) => (leave = resolve)));
  mustHold((await run('another', async () => 1)) === 1, 'a key waits for another');
  leave();
  await held;
}

const shared = { thing: 'keyed', floors: ['a Map of mutexes'], check: isKeyed } as const;

export const w11 = [
  row({
    ...shared,
    id: 'W11 free',
    title: 'an async function under the free lock of a key, a thousand keys in turn',
    sizes: [100_000],
    isRepetition: true,
    per: 'call',
    prepare(run) {
      const keys = Array.from({ length: 1000 }, (_, key) => `key ${key}`);
      const fn = async (): Promise<number> => 1;
      return async (size) => {
        let sum = 0;
        for (let i = 0; i < size; i += keys.length) for (const key of keys) sum += await run(key, fn);
        mustHold(sum >= size, `${size} functions returned 1 each, but the sum is ${sum}`);
      };
    },
  }),
  row({
    ...shared,
    id: 'W11 one key',
    title: 'all tasks queue together for one key; each one awaits',
    sizes: [10_000, 100_000],
    per: 'task',
    prepare: (run) => (size) => contend(run, size, 1),
  }),
  row({
    ...shared,
    id: 'W11 many keys',
    title: 'all tasks queue together for 100 keys; each one awaits',
    sizes: [10_000],
    per: 'task',
    prepare: (run) => (size) => contend(run, size, Math.min(size, 100)),
  }),
];
