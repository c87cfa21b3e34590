import type { Subject } from '../subject.ts';

/** No lock at all: the cost of creating an object and awaiting it. */
export const subject: Subject = {
  guard: () => ({ lock: () => Promise.resolve({}), unlock() {} }),
};
