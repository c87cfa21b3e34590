import { LIMIT, type Subject } from '../subject.ts';

/** As little as a limited map can do: ten loops that take from one array. */
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
