import { type Guard, type Lease, type Locks, map } from '@valvekit/core';

/** What `runInAnyScope` says wherever the locks are. */
export const said: readonly string[] = [
  'mutex: 20 calls, 20 increments, at most 1 at a time',
  'mutex: a try while it is held gives nothing, afterwards a hold',
  'mutex: a timeout of zero rejects with a TimeoutError',
  'mutex: an abort rejects with its reason',
  'mutex: the order is high, first, second',
  'semaphore: 12 items, at most 3 at a time',
  'semaphore: a request for 3 of 3 permits is alone',
  'semaphore: a request for 4 of 3 permits rejects with a RangeError',
  'read/write lock: 4 readers, at most 4 at a time',
  'read/write lock: a writer is alone',
  'read/write lock: a reader behind a waiting writer reads what it wrote',
  'three kinds of locks of one name do not exclude each other',
];

/**
 * One program over `Locks`, which does not know where they are: in one thread, across tabs, or across machines.
 *
 * @param pause - lets others run, for longer than the scope takes to grant a free lock
 * @param name - what the names of the locks begin with
 * @returns what it has seen
 */
export async function runInAnyScope(locks: Locks, pause: () => Promise<void>, name = 'any scope'): Promise<string[]> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  await withMutex(locks, pause, `${name} 1`, say);
  await withSemaphore(locks, pause, `${name} 2`, say);
  await withReadWriteLock(locks, pause, `${name} 3`, say);
  await using _mutex = await locks.mutex(name).acquire();
  await using _permit = await locks.semaphore(name, 1).acquire();
  await using _writer = await locks.readWriteLock(name).write.acquire();
  say('three kinds of locks of one name do not exclude each other');
  return lines;
}

type Say = (line: string) => void;
type Pause = () => Promise<void>;

/** Counts how many are inside. */
class Room {
  most = 0;
  #inside = 0;
  readonly #pause: Pause;

  constructor(pause: Pause) {
    this.#pause = pause;
  }

  async visit(): Promise<void> {
    this.most = Math.max(this.most, ++this.#inside);
    await this.#pause();
    this.#inside--;
  }
}

async function withMutex(locks: Locks, pause: Pause, name: string, say: Say): Promise<void> {
  const room = new Room(pause);
  let count = 0;
  const calls = Array.from({ length: 20 }, () =>
    locks.mutex(name).sandbox(async () => {
      const before = count;
      await room.visit();
      count = before + 1;
    }),
  );
  await Promise.all(calls);
  say(`mutex: ${calls.length} calls, ${count} increments, at most ${room.most} at a time`);

  const mutex = locks.mutex(name);
  const hold = await mutex.acquire();
  const tried = await mutex.tryAcquire();
  const hasty = await outcomeOf(mutex.acquire({ timeout: 0 }));
  const controller = new AbortController();
  const aborted = outcomeOf(mutex.acquire({ signal: controller.signal }));
  controller.abort(new Error('enough'));
  const order: string[] = [];
  const note = (line: string, priority: number): Promise<unknown> =>
    mutex.sandbox(() => void order.push(line), { priority });
  const notes = [note('first', 0), note('second', 0), note('high', 1)];
  await pause();
  await hold.release();
  await Promise.all(notes);
  const again = await mutex.tryAcquire();
  await again?.release();
  say(`mutex: a try while it is held gives ${shown(tried)}, afterwards ${shown(again)}`);
  say(`mutex: a timeout of zero rejects with a ${(hasty as Error).name}`);
  say(`mutex: an abort rejects with ${(await aborted) === controller.signal.reason ? 'its' : 'another'} reason`);
  say(`mutex: the order is ${order.join(', ')}`);
}

async function withSemaphore(locks: Locks, pause: Pause, name: string, say: Say): Promise<void> {
  const semaphore = locks.semaphore(name, 3);
  const room = new Room(pause);
  const results = await map(semaphore, Array.from({ length: 12 }).keys(), () => room.visit());
  say(`semaphore: ${results.length} items, at most ${room.most} at a time`);

  const hall = new Room(pause);
  const all = semaphore.sandbox(() => hall.visit(), { permits: 3 });
  await all;
  await Promise.all(
    [1, 3, 2].map((permits) => semaphore.sandbox(() => (permits === 3 ? hall.visit() : pause()), { permits })),
  );
  say(`semaphore: a request for 3 of 3 permits is ${hall.most === 1 ? 'alone' : 'not alone'}`);
  const refused = await outcomeOf(semaphore.acquire({ permits: 4 }));
  say(`semaphore: a request for 4 of 3 permits rejects with a ${(refused as Error).name}`);
}

async function withReadWriteLock(locks: Locks, pause: Pause, name: string, say: Say): Promise<void> {
  const { read, write } = locks.readWriteLock(name);
  const readers = await Promise.all([1, 2, 3, 4].map(() => read.acquire()));
  say(`read/write lock: ${readers.length} readers, at most ${readers.length} at a time`);
  let text = 'old';
  const writing = write.sandbox(async () => {
    text = 'half of the ne';
    await pause();
    text = 'new';
  });
  const reading = read.sandbox(() => text);
  await pause();
  const before = text;
  for (const reader of readers) await reader.release();
  await writing;
  say(`read/write lock: a writer is ${before === 'old' ? 'alone' : 'not alone'}`);
  say(
    `read/write lock: a reader behind a waiting writer reads what it ${(await reading) === 'new' ? 'wrote' : 'replaces'}`,
  );
}

function shown(hold: Guard | Lease | undefined): string {
  return hold === undefined ? 'nothing' : 'a hold';
}

async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return error;
  }
}
