import { AbortError, type GiveUpOptions, type Guard, TimeoutError, type WaitOptions } from '@valvekit/core';
import { Hold } from './hold.ts';
import { requireThat } from './require-that.ts';

/**
 * One waiter: a function that ends its wait if it is time, and tells its promise.
 *
 * @param failure - gives the reason to reject a request for this many permits, or undefined to let it wait on; without it,
 *   the waiter is granted its permits if they are free
 * @returns true if it waits on
 */
type Waiter = (failure?: (permits: number) => unknown) => true | undefined;

/** The executor of a promise of a guard. It returns the guard if no wait is needed. */
export type Asking = (resolve: (guard: Guard) => void, reject: (reason: unknown) => void) => Guard | undefined;

// A timer of 2³¹ ms or more would fire immediately, so a long wait is a chain of timers.
const LONGEST_TIMER = 1e9;

/**
 * The permits of a lock, and the line of those who wait for them. A mutex has one permit. A read/write lock has a great
 * number, of which a reader takes one and a writer takes all.
 *
 * Order: first come, first served. The head gets all its permits or none, and no request overtakes it.
 *
 * As a map it holds the waiters by their places. Places only grow, and `#first` passes over each of them once, so
 * joining, granting and giving up are O(1).
 */
export class Line extends Map<number, Waiter> {
  /** The lock in error messages. */
  declare readonly name: string;
  /** How many permits there are. */
  declare capacity: number;
  /** How many of them are held. */
  declare taken: number;
  #first = 0;
  #next = 0;

  constructor(name: string, capacity: number) {
    super();
    this.name = name;
    this.capacity = capacity;
    this.taken = 0;
  }

  /** Takes permits if they are free and nobody waits in front. */
  tryAcquire(permits: number): Guard | undefined {
    // A head whose signal has aborted blocks nobody, even before its listener has run.
    this.drain();
    return this.size || this.taken + permits > this.capacity ? undefined : new Hold(this, permits);
  }

  /**
   * Asks for permits, and waits for its turn.
   *
   * @param verb - the method in error messages
   * @returns an executor that throws the error of a bad option, and the reason of an aborted signal
   */
  asking(permits: number, verb: string, options: GiveUpOptions = {}): Asking {
    return (resolve, reject) => {
      requireThat('options', 'an object', options);
      const { timeout = Infinity, signal, priority = 0 } = options as WaitOptions;
      requireThat('timeout', 'a number of milliseconds', timeout);
      // Decided by its members, so that signals of other realms and polyfills are accepted.
      requireThat(
        'signal',
        'an AbortSignal',
        signal,
        signal == null || (typeof signal.aborted === 'boolean' && signal.removeEventListener !== undefined),
      );
      requireThat('priority', '0', priority, priority === 0);
      if (signal?.aborted) throw reasonOf(signal);
      const guard = this.tryAcquire(permits);
      if (guard) {
        resolve(guard);
        return guard;
      }

      const place = this.#next++;
      let timer: ReturnType<typeof setTimeout> | undefined;

      const settle: Waiter = (failure) => {
        // Whatever ends the wait, an abort came first.
        const reason = signal?.aborted ? reasonOf(signal) : failure?.(permits);
        if ((failure || this.taken + permits > this.capacity) && reason === undefined) return true;
        if (this.delete(place)) {
          if (reason === undefined) resolve(new Hold(this, permits));
          else reject(reason);
        }
        void lift();
        return undefined;
      };

      // A foreign signal or clock that throws here must not stop a grant: its error becomes an unhandled rejection.
      const lift = async (): Promise<void> => {
        try {
          signal?.removeEventListener('abort', onAbort);
        } finally {
          if (timer) clearTimeout(timer);
        }
      };

      const wait = (left: number): void => {
        if (left > 0) {
          timer = setTimeout(wait, Math.min(left, LONGEST_TIMER), left - LONGEST_TIMER);
        } else {
          settle(() => new TimeoutError(`${this.name}: ${verb}() timed out after ${timeout} ms`));
          this.drain();
        }
      };

      // Anyone can dispatch an `abort` event by hand.
      const onAbort = (): unknown => signal?.aborted && wait(0);

      this.set(place, settle);
      try {
        signal?.addEventListener('abort', onAbort);
        if (timeout < Infinity) wait(timeout);
        // It may have begun to listen too late to be told.
        onAbort();
      } catch (error) {
        settle(() => error);
        this.drain();
      }
      // A foreign signal or clock may have ended the wait while it was asked, before there was anything to lift.
      if (!this.has(place)) void lift();
      return undefined;
    };
  }

  /** Ends every wait. */
  cancel(reason: unknown = new AbortError(`${this.name}: cancel() ended the wait`)): void {
    for (const settle of this.values()) settle(() => reason);
  }

  /** Grants from the head for as long as its permits are free. */
  drain(): void {
    // A foreign signal or clock can lead here again from within, so that `#first` has moved.
    while (this.size) {
      const place = this.#first;
      if (this.get(place)?.()) return;
      if (place === this.#first && !this.has(place)) this.#first++;
    }
  }
}

const reasonOf = ({ reason = new AbortError('The signal has aborted') }: { readonly reason?: unknown }): unknown =>
  reason;
