import { Room } from './room.ts';
import type { Lock, Run } from './subject.ts';
import { mustHold } from './workload.ts';

const settled = Promise.resolve();

/** All tasks ask for the lock together; each one takes it, awaits, and releases it. */
export function contend({ lock, unlock }: Lock, size: number): Promise<void> {
  const room = new Room(size, 1);
  const task = async (place: number): Promise<void> => {
    const hold = await lock();
    room.enter(place);
    await settled;
    room.leave();
    unlock(hold);
  };
  for (let place = 0; place < size; place++) void task(place);
  return room.empty;
}

/** All tasks ask together to run an async function, of which `limit` may run at a time. */
export function contendInSandbox(run: Run, size: number, limit: number): Promise<void> {
  const room = new Room(size, limit);
  for (let place = 0; place < size; place++) {
    void run(async () => {
      room.enter(place);
      await settled;
      room.leave();
    });
  }
  return room.empty;
}

/** A hundred concurrent tasks are enough to see whether a lock excludes. */
export const excludes = (lock: Lock): Promise<void> => contend(lock, 100);

/** The same for a sandbox, which must also pass on values and errors, and be free after an error. */
export async function excludesInSandbox(run: Run): Promise<void> {
  await contendInSandbox(run, 100, 1);
  let error: unknown;
  const failing = run(async () => {
    throw new Error('on purpose');
  });
  try {
    await failing;
  } catch (caught) {
    error = caught;
  }
  mustHold(error !== undefined, 'it swallows the error of a function');
  mustHold((await run(async () => 1)) === 1, 'it is not free after an error');
}
