import type { Subject } from '../subject.ts';

const settled = Promise.resolve();

/** No lock at all: what it costs to await. */
export const subject: Subject = {
  lock: () => ({ lock: () => settled, unlock() {} }),
};
