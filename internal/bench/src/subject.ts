/** The limit in all workloads that have one. */
export const LIMIT = 10;

/** A lock with one holder. `hold` is the value that `lock()` resolved to: many peers need it to unlock. */
export interface Lock {
  lock(): Promise<unknown>;
  unlock(hold: unknown): void;
}

/** Runs a function under a lock, or under one of `LIMIT` permits. */
export type Run = <R>(fn: () => R | PromiseLike<R>) => PromiseLike<R>;

/** The things that workloads measure. A subject has those that its package offers; nothing is emulated. */
export interface Things {
  lock: Lock;
  /** The same, where the value that `lock()` resolves to is needed to unlock, and can be released only once. */
  guard: Lock;
  sandbox: Run;
  semaphore: Run;
  map: <T, R>(items: readonly T[], fn: (item: T) => Promise<R>) => PromiseLike<readonly R[]>;
  /** `wait` ends early when its signal aborts: it rejects, or resolves to null. */
  abortable: Lock & { wait(signal: AbortSignal): PromiseLike<unknown> };
  /** `wait` ends early after `ms` milliseconds: it rejects. */
  timed: Lock & { wait(ms: number): PromiseLike<unknown> };
  readWrite: {
    read(): Promise<unknown>;
    write(): Promise<unknown>;
    unlock(hold: unknown): void;
  };
  /** Like `readWrite`, but with callbacks, which get a function that unlocks. */
  readWriteCallback: {
    read(callback: (unlock: () => void) => unknown): void;
    write(callback: (unlock: () => void) => unknown): void;
  };
  gate: { wait(ticket: number, onSet: () => void): void; set(ticket: number): void };
  counter: { v(): number; p(): number };
  trying: { tryLock(): boolean; unlock(): void };
  /** Calls back once it is locked; `unlock` takes the argument of the callback. */
  callback: { lock(callback: (hold?: unknown) => void): void; unlock(hold?: unknown): void };
  /** Runs a function under the lock of a key. */
  keyed: <R>(key: string, fn: () => R | PromiseLike<R>) => PromiseLike<R>;
  /** Runs a function under two locks. */
  several: Run;
  priority: <R>(priority: number, fn: () => R | PromiseLike<R>) => PromiseLike<R>;
  /** Each creates an unused one. */
  idleMutex: () => unknown;
  idleSemaphore: () => unknown;
  idleReadWriteLock: () => unknown;
  idleBarrier: () => unknown;
  idleASemaphore: () => unknown;
  /** Uses the lock of a key once. */
  usedKey: (key: string) => unknown;
}

/** A subject: a function for each thing, which creates a new one. */
export type Subject = {
  readonly [Name in keyof Things]?: () => Things[Name];
};
