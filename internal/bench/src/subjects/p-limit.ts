import pLimit from 'p-limit';
import { LIMIT, type Subject } from '../subject.ts';

export const subject: Subject = {
  sandbox: () => pLimit(1) as never,
  semaphore: () => pLimit(LIMIT) as never,
  map() {
    const limit = pLimit(LIMIT);
    return (items, fn) => limit.map(items, fn);
  },
  idleMutex: () => () => pLimit(1),
  idleSemaphore: () => () => pLimit(LIMIT),
};
