import { LIMIT, type Subject } from '../subject.ts';

/** The minimum of a limited map: ten loops that take items from one array. */
export const subject: Subject = {
  map: () => async (items, fn) => {
    const results = Array.from({ length: items.length }) as Awaited<ReturnType<typeof fn>>[];
    let next = 0;
    const loop = async (): Promise<void> => {
      while (next < items.length) {
        const index = next++;
        results[index] = await fn(items[index] as (typeof items)[number]);
      }
    };
    await Promise.all(Array.from({ length: LIMIT }, loop));
    return results;
  },
};
