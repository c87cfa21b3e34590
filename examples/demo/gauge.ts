import { ASemaphore, Barrier, Mutex, ReadWriteLock, Semaphore } from 'valvekit';

/** What a primitive's properties say at the moment. */
export interface Gauge {
  /** What the places are called. */
  label: 'inside' | 'ticket' | 'running';
  /** Places that are taken. */
  taken: number;
  /** Places that are free. */
  free: number;
  /** The same in words. */
  state: string;
  /** How many wait. */
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
  if (primitive instanceof Barrier) {
    return { label: 'ticket', taken: 0, free: 0, state: String(primitive.get()), waiting: primitive.waiting };
  }
  if (primitive instanceof ASemaphore) {
    const { count, waiting } = primitive;
    return { label: 'running', taken: count, free: 0, state: `${count} unfinished`, waiting };
  }
  return { label: 'inside', taken: 0, free: 0, state: '', waiting: 0 };
}
