import type { Subject } from '../subject.ts';

const settled = Promise.resolve();

/** No lock at all: the cost of an await. */
export const subject: Subject = {
  lock: () => ({ lock: () => settled, unlock() {} }),
};
