/** How many may be inside wherever a workload limits them. */
export const LIMIT = 10;

/** What one can do with a lock of one holder. `hold` is what `lock()` resolved to: many peers unlock by it. */
export interface Lock {
  lock(): Promise<unknown>;
  unlock(hold: unknown): void;
}

/** Runs a function under a lock, or under one of `LIMIT` permits. */
export type Run = <R>(fn: () => R | PromiseLike<R>) => PromiseLike<R>;

/** The things that workloads measure. A subject has those that its package has; nothing is emulated. */
export interface Things {
  lock: Lock;
  /** The same, where what `lock()` resolves to is needed to unlock, and can be released only once. */
  guard: Lock;
  sandbox: Run;
  semaphore: Run;
  map: <T, R>(items: readonly T[], fn: (item: T) => Promise<R>) => PromiseLike<readonly R[]>;
  /** `wait` ends early by its signal: it rejects, or resolves to null. */
  abortable: Lock & { wait(signal: AbortSignal): PromiseLike<unknown> };
  /** `wait` ends early after so many milliseconds: it rejects. */
  timed: Lock & { wait(ms: number): PromiseLike<unknown> };
  readWrite: {
    read(): Promise<unknown>;
    write(): Promise<unknown>;
    unlock(hold: unknown): void;
  };
  /** As `readWrite`, but calls back, with what unlocks. */
  readWriteCallback: {
    read(callback: (unlock: () => void) => unknown): void;
    write(callback: (unlock: () => void) => unknown): void;
  };
  gate: { wait(ticket: number, onSet: () => void): void; set(ticket: number): void };
  counter: { v(): number; p(): number };
  trying: { tryLock(): boolean; unlock(): void };
  /** Calls back once it is locked; `unlock` takes what it called back with. */
  callback: { lock(callback: (hold?: unknown) => void): void; unlock(hold?: unknown): void };
  priority: <R>(priority: number, fn: () => R | PromiseLike<R>) => PromiseLike<R>;
  /** Each makes one that nobody has used yet. */
  idleMutex: () => unknown;
  idleSemaphore: () => unknown;
  idleReadWriteLock: () => unknown;
  idleBarrier: () => unknown;
  idleASemaphore: () => unknown;
}

/** Somebody who is measured: each thing is made anew by its function. */
export type Subject = {
  readonly [Name in keyof Things]?: () => Things[Name];
};
