import { vi } from 'vitest';
import type { Acquirable } from '../contract/acquirable.ts';
import type { ContractSubject, Feature } from '../contract/subject.ts';
import { rest } from '../rest.ts';
import { type Lack, lacks } from './lock-under-test.ts';

interface ThreadLock extends Acquirable {
  readonly rival?: Acquirable | undefined;
  readonly isShared?: boolean;
  readonly lacks?: readonly Lack[];
}

/** A lock of one thread, held to the laws that any lock keeps. It runs on a fake clock. */
export function threadSubject(make: () => ThreadLock, capacity = 1, more: readonly Feature[] = []): ContractSubject {
  const lock = make();
  const { isShared, rival } = lock;
  const priorities = lacks(lock, 'priorities') ? [] : ['priorities' as const];
  return {
    capacity: isShared ? Number.POSITIVE_INFINITY : capacity,
    features: [...priorities, ...(rival ? ['rival' as const] : []), ...more],
    make() {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const lock = make();
      return {
        lock,
        ...(lock.rival && { rival: lock.rival }),
        settle: rest,
        advance: (ms) => void vi.advanceTimersByTime(ms),
        timers: () => vi.getTimerCount(),
        close: () => void vi.useRealTimers(),
      };
    },
  };
}
