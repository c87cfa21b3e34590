import type { Subject } from '../subject.ts';

/** No lock at all: it calls. */
export const subject: Subject = {
  callback: () => ({ lock: (callback) => callback(), unlock() {} }),
};
