import type { Subject } from '../subject.ts';

/** The first callback runs, the others wait in an array, and an index points to the next one. */
export const subject: Subject = {
  callback() {
    const waiting: (() => void)[] = [];
    let next = 0;
    let isLocked = false;
    return {
      lock(callback) {
        if (isLocked) {
          waiting.push(callback);
          return;
        }
        isLocked = true;
        callback();
      },
      unlock() {
        const callback = waiting[next];
        if (callback === undefined) {
          isLocked = false;
          waiting.length = 0;
          next = 0;
        } else {
          next++;
          callback();
        }
      },
    };
  },
};
