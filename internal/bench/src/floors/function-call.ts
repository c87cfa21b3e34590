import type { Subject } from '../subject.ts';

/** No lock at all: just the call. */
export const subject: Subject = {
  callback: () => ({ lock: (callback) => callback(), unlock() {} }),
};
