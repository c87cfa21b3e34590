import fc from 'fast-check';

/** Some work that ends when the scheduler decides. */
export type Work = (name: string) => Promise<void>;

/**
 * Runs a program whose pieces of work end in any order, many times. It must end each time, and assert what it promises
 * by itself.
 */
export async function inAnyOrder(program: (work: Work) => Promise<unknown>, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    const work = scheduler.scheduleFunction(async (_name: string) => {});
    await scheduler.waitFor(program(work));
  });
  await fc.assert(property, { numRuns, includeErrorInReport: true });
}
