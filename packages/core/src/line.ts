import type { Terms } from './options.ts';
import type { Waiter } from './waiter.ts';

/** What was to be had at once. */
export interface Grant<Value> {
  readonly value: Value;
}

/** Whatever people wait in: the `WaiterQueue`, or the line of a primitive with an order of its own. */
export interface Line<Request, Value = void> {
  /**
   * Takes what is asked for, if it is to be had at once.
   *
   * @param operation - what asks, for the message of a `TimeoutError`
   * @returns undefined if whoever asks has to wait
   * @throws the reason, if the terms do not allow that
   */
  ask(request: Request, terms: Terms, operation: string): Grant<Value> | undefined;
  /** Lets a waiter in, after `ask` has sent it here. */
  join(waiter: Waiter<Request, Value>, terms: Terms, operation: string): void;
  /**
   * Takes out one who waits and settles it with the reason; does nothing if its wait is over. Nobody moves up yet.
   *
   * @param waiter - not one that has been granted and has yet to be told by `deliver()`
   */
  giveUp(waiter: Waiter<Request, Value>, reason: unknown): void;
  /** Lets go whoever can go now. */
  drain(): void;
}
