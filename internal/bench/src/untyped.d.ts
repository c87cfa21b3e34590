// The parts that we use of packages without types.

declare module 'async-lock' {
  export default class AsyncLock {
    constructor(options: { maxPending: number });
    acquire<R>(key: string | string[], fn: () => R | PromiseLike<R>, options?: { timeout: number }): Promise<R>;
    acquire(key: string, fn: (done: () => void) => void, callback: () => void): void;
  }
}

declare module 'locks' {
  type Callback = (error?: unknown) => void;
  interface Locks {
    createMutex(): { lock(callback: Callback): void; tryLock(): boolean; unlock(): void };
    createSemaphore(count: number): object;
    createReadWriteLock(): { readLock(callback: Callback): void; writeLock(callback: Callback): void; unlock(): void };
    createCondVariable(value: unknown): {
      wait(condition: unknown, callback: Callback): void;
      set(value: unknown): void;
    };
  }
  const locks: Locks;
  export default locks;
}

declare module 'valvekit-0.2' {
  type Callback = (error?: unknown) => void;
  interface Valvekit {
    createMutex(): { lock(callback: Callback): void; tryLock(): boolean; unlock(): void };
    createSemaphore(count: number): { sandbox<R>(fn: () => R | PromiseLike<R>): PromiseLike<R> };
    createLock(): { readLock(callback: Callback): void; writeLock(callback: Callback): void; unlock(): void };
    createBarrier(ticket: unknown): { wait(condition: unknown, callback: Callback): void; set(ticket: unknown): void };
  }
  const valvekit: Valvekit;
  export default valvekit;
}

declare module 'mutexify' {
  export default function mutexify(): (callback: (release: () => void) => void) => void;
}

declare module 'mutexify/promise.js' {
  export default function mutexify(): () => Promise<() => void>;
}

declare module 'rwlock' {
  export default class ReadWriteLock {
    readLock(callback: (release: () => void) => void): void;
    writeLock(callback: (release: () => void) => void): void;
  }
}

declare module 'semaphore' {
  export default function semaphore(capacity: number): { take(callback: () => void): void; leave(): void };
}

declare module 'superlock' {
  type Lock = (signal?: AbortSignal) => Promise<() => void>;
  export function createLock(slots?: number): Lock;
  export function withLock(slots?: number): <R>(fn: () => R | PromiseLike<R>, signal?: AbortSignal) => Promise<R>;
}
