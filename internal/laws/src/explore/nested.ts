import fc from 'fast-check';
import type { Lockable } from 'valvekit';
import { inAnyOrder, type Work } from './scheduled.ts';

/** Enters locks one inside the other, and works between. */
async function enter([lock, ...inner]: readonly Lockable[], work: Work): Promise<void> {
  await lock?.sandbox(async () => {
    await work('before');
    await enter(inner, work);
    await work('after');
  });
}

/**
 * Runs tasks that enter locks one inside the other, all in the same order, whenever their work ends. Such tasks never wait
 * for each other forever.
 *
 * @param make - makes the locks, of which each task enters some, in ascending order
 * @param numRuns - how many sets of tasks are tried
 */
export async function nestInOrder(make: () => readonly Lockable[], numRuns: number): Promise<void> {
  const most = make().length;
  const task = fc.uniqueArray(fc.nat(most - 1), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(fc.array(task, { minLength: 2, maxLength: 5 }), async (tasks) => {
    await inAnyOrder(async (work) => {
      const locks = make();
      const wanted = tasks.map((numbers) =>
        [...numbers].sort((a, b) => a - b).map((number) => locks[number] as Lockable),
      );
      await Promise.all(wanted.map((nested) => enter(nested, work)));
    }, 5);
  });
  await fc.assert(property, { numRuns });
}
