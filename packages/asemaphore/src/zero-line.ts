import {
  append,
  type Line,
  Link,
  type Named,
  type Outcome,
  reasonOf,
  type Terms,
  timeoutError,
  unlink,
  type Verb,
  type Waiter,
} from '@valvekit/core/line';

const ZERO: Outcome<void> = { value: undefined };

/**
 * The count of an `ASemaphore`, and all that wait for zero.
 *
 * They leave together and no waiter blocks another, so this is no `WaiterQueue`, which would bring its lanes along. All wait
 * with promises, which are told as they leave: there is nothing to deliver.
 */
export class ZeroLine extends Link implements Line<void> {
  declare readonly owner: Named;
  /** The number of unfinished operations. */
  declare count: number;
  /** The number of waiters. */
  declare size: number;

  constructor(owner: Named, count: number) {
    super();
    this.owner = owner;
    this.count = count;
    this.size = 0;
  }

  ask(_request: unknown, { signal, timeout }: Terms, verb: Verb): Outcome<void> | undefined {
    if (signal?.aborted) throw reasonOf(signal);
    if (this.count === 0) return ZERO;
    if (timeout <= 0) throw timeoutError(this.owner, verb.name, timeout);
    return undefined;
  }

  join(waiter: Waiter<void>, terms: Terms): void {
    waiter.limit(terms);
    append(this, waiter);
    waiter.isQueued = true;
    this.size++;
    // Listening to a foreign signal may have aborted it, or counted down.
    if (waiter.abortedSignal !== undefined) this.giveUp(waiter);
    else if (this.count === 0) this.drain();
  }

  giveUp(waiter: Waiter<void>, reason?: unknown): void {
    if (!waiter.isQueued) return;
    this.#remove(waiter);
    waiter.giveUp(reason);
  }

  /** Lets all waiters go if the count is zero. An aborted one is refused, even before our listener has run. */
  drain(): void {
    while (this.count === 0 && this.size > 0) {
      const waiter = this.next as Waiter<void>;
      if (waiter.abortedSignal !== undefined) {
        this.giveUp(waiter);
      } else {
        this.#remove(waiter);
        waiter.grant(undefined);
      }
    }
  }

  /** Ends every wait. */
  cancelAll(reason: unknown): void {
    while (this.size > 0) this.giveUp(this.next as Waiter<void>, reason);
  }

  #remove(waiter: Waiter<void>): void {
    unlink(waiter);
    waiter.isQueued = false;
    this.size--;
  }
}
