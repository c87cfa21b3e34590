import { ASemaphore, Barrier, KeyedLocks, Mutex, ReadWriteLock, Semaphore } from 'valvekit';
import { LastSeen } from '../stage.ts';

/** The current state of a primitive, read from its properties. */
export interface Gauge {
  /** The name of the slots. */
  label: 'inside' | 'ticket' | 'running';
  /** The number of slots in use. */
  taken: number;
  /** The number of free slots. */
  free: number;
  /** The same, in words. */
  state: string;
  /** The number of waiters. */
  waiting: number;
}

export function readGauge(primitive: object | undefined): Gauge {
  if (primitive instanceof Mutex) {
    const taken = Number(primitive.isLocked);
    return { label: 'inside', taken, free: 1 - taken, state: taken ? 'locked' : 'free', waiting: primitive.waiting };
  }
  if (primitive instanceof ReadWriteLock) {
    const { isWriteLocked, readers, waiting } = primitive;
    const taken = isWriteLocked ? 1 : readers;
    const state = isWriteLocked ? '1 writes' : readers ? `${readers} read${readers === 1 ? 's' : ''}` : 'free';
    return { label: 'inside', taken, free: taken ? 0 : 1, state, waiting };
  }
  if (primitive instanceof Semaphore) {
    const { available, capacity, waiting } = primitive;
    const taken = capacity - available;
    return { label: 'inside', taken, free: available, state: `${taken} of ${capacity} taken`, waiting };
  }
  if (primitive instanceof KeyedLocks) {
    const { size, waiting } = primitive;
    return { label: 'inside', taken: size, free: 0, state: `${size} in use`, waiting };
  }
  if (primitive instanceof Barrier) {
    return { label: 'ticket', taken: 0, free: 0, state: String(primitive.get()), waiting: primitive.waiting };
  }
  if (primitive instanceof ASemaphore) {
    const { count, waiting } = primitive;
    return { label: 'running', taken: count, free: 0, state: `${count} unfinished`, waiting };
  }
  if (primitive instanceof LastSeen) {
    const { holder, until, waiting } = primitive;
    const left = `${(Math.max(0, until - Date.now()) / 1000).toFixed(1)} s`;
    const taken = holder === undefined ? 0 : 1;
    return { label: 'inside', taken, free: 1 - taken, state: taken ? `${holder} for ${left}` : 'free', waiting };
  }
  return { label: 'inside', taken: 0, free: 0, state: '', waiting: 0 };
}
