import type { Kind, LockId } from './store.ts';

const TITLES: Record<Kind, string> = { mutex: 'Mutex', semaphore: 'Semaphore', lock: 'ReadWriteLock' };

/** What messages call a lock. */
export function titleOf({ kind, name }: LockId): string {
  return `${TITLES[kind]} ${JSON.stringify(name)}`;
}
