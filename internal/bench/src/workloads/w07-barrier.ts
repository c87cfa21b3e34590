import { Tally } from '../tally.ts';
import { mustHold, row } from '../workload.ts';

// A ticket without waiters.
const NONE = -1;

export const w7 = [
  row({
    id: 'W7 barrier',
    title: 'each waiter waits for a different ticket; the tickets are set one after the other',
    thing: 'gate',
    floors: ['a Map of functions'],
    sizes: [10_000, 100_000],
    per: 'waiter',
    prepare:
      ({ wait, set }) =>
      (size) => {
        const tally = new Tally(size);
        const onSet = (): void => tally.count();
        for (let ticket = 0; ticket < size; ticket++) wait(ticket, onSet);
        for (let ticket = 0; ticket < size; ticket++) set(ticket);
        set(NONE);
        return tally.all;
      },
    async check({ wait, set }) {
      const gone: number[] = [];
      for (let ticket = 0; ticket < 10; ticket++) wait(ticket, () => gone.push(ticket));
      for (const ticket of [3, NONE, 3, 7]) set(ticket);
      await new Promise((resolve) => setTimeout(resolve));
      mustHold(gone.join() === '3,7', `the waits for 3 and 7 should have ended, but it was ${gone.join()}`);
    },
  }),
];
