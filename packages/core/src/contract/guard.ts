/**
 * `Disposable`, where the program's libraries know the symbol. Declared by its shape, so that nothing here makes
 * `DisposableStack` or `Symbol.dispose` type-check on a runtime that lacks them.
 */
type DisposableIfKnown = SymbolConstructor extends { readonly dispose: infer Key extends symbol }
  ? { [K in Key]: () => void }
  : object;

/** `AsyncDisposable`, likewise. */
export type AsyncDisposableIfKnown = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? { [K in Key]: () => Promise<void> }
  : object;

/**
 * One hold of a lock of this thread. `release()`, or the end of a `using` block, releases it, once; releasing it again
 * does nothing.
 *
 * @example
 * ```ts
 * import { Mutex } from '@valvekit/mutex';
 *
 * const mutex = new Mutex();
 * using guard = await mutex.acquire();
 * // alone in here, until the block ends
 * ```
 */
export interface Guard extends DisposableIfKnown {
  /** Whether the hold has been released. */
  readonly released: boolean;
  /** Releases the hold. `[Symbol.dispose]()` is the same. */
  release(): void;
}

/** A write hold, which can become a read hold. */
export interface WriteGuard extends Guard {
  /**
   * Goes from write to read without letting go: spends this guard, returns a read guard, and admits the readers that are
   * next.
   *
   * @throws {InvalidStateError} if this guard has been released
   * @example
   * ```ts
   * import { ReadWriteLock } from '@valvekit/rwlock';
   *
   * const lock = new ReadWriteLock();
   * const writing = await lock.write.acquire();
   * const reading = writing.downgrade();
   * reading.release();
   * ```
   */
  downgrade(): Guard;
}
