import PQueue from 'p-queue';
import { LIMIT, type Subject } from '../subject.ts';

export const subject: Subject = {
  sandbox() {
    const queue = new PQueue({ concurrency: 1 });
    return (fn) => queue.add(fn as () => never);
  },
  semaphore() {
    const queue = new PQueue({ concurrency: LIMIT });
    return (fn) => queue.add(fn as () => never);
  },
  map() {
    const queue = new PQueue({ concurrency: LIMIT });
    return (items, fn) => queue.addAll(items.map((item) => () => fn(item)));
  },
  abortable() {
    const queue = new PQueue({ concurrency: 1 });
    return {
      lock: () => new Promise((resolve) => void queue.add(() => new Promise<void>((release) => resolve(release)))),
      unlock: (release: () => void) => release(),
      wait: (signal) => queue.add(ignore, { signal }),
    };
  },
  priority() {
    const queue = new PQueue({ concurrency: 1 });
    return (priority, fn) => queue.add(fn as () => never, { priority });
  },
  idleMutex: () => () => new PQueue({ concurrency: 1 }),
  idleSemaphore: () => () => new PQueue({ concurrency: LIMIT }),
};

function ignore(): void {}
