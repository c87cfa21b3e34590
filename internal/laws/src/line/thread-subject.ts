import { vi } from 'vitest';
import type { Acquirable } from '../contract/acquirable.ts';
import type { ContractSubject, Feature } from '../contract/subject.ts';
import { rest } from '../rest.ts';

interface ThreadLock extends Acquirable {
  readonly rival?: Acquirable | undefined;
  readonly isShared?: boolean;
}

/** A lock of one thread, held to the laws that any lock keeps. It runs on a fake clock. */
export function threadSubject(make: () => ThreadLock, capacity = 1, more: readonly Feature[] = []): ContractSubject {
  const { isShared, rival } = make();
  return {
    capacity: isShared ? Number.POSITIVE_INFINITY : capacity,
    features: ['priorities', ...(rival ? ['rival' as const] : []), ...more],
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
