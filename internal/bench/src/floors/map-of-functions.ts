import type { Subject } from '../subject.ts';

/** A gate where every waiter waits for a different ticket: a Map of resolve functions. */
export const subject: Subject = {
  gate() {
    const waiting = new Map<number, () => void>();
    const wait = (ticket: number): Promise<void> => new Promise((resolve) => void waiting.set(ticket, resolve));
    return {
      wait: (ticket, onSet) => void wait(ticket).then(onSet),
      set(ticket) {
        const resolve = waiting.get(ticket);
        waiting.delete(ticket);
        resolve?.();
      },
    };
  },
};
