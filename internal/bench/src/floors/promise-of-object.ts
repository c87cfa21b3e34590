import type { Subject } from '../subject.ts';

/** No lock at all: what it costs to make an object and to await it. */
export const subject: Subject = {
  guard: () => ({ lock: () => Promise.resolve({}), unlock() {} }),
};
