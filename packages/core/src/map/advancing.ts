import { react } from '../runtime/thenable.ts';

/**
 * What goes from one thing to do to the next, in a loop: it never calls itself, however many items are there at once,
 * and whatever user code does meanwhile.
 *
 * Whoever has news sets `isAdvancing`, tells them, and calls `goOn()`.
 */
export interface Advancing {
  /** Whether the loop is running, or will run soon: then it sees by itself what has changed. */
  isAdvancing: boolean;
  /** Does all that can be done now. */
  goOn(): void;
}

/** Tells the outcome of a promise. */
export function follow(
  advancing: Advancing,
  promise: Promise<unknown>,
  onValue: (value: unknown) => void,
  onError: (error: unknown) => void,
): void {
  void react(
    promise,
    (value) => {
      advancing.isAdvancing = true;
      onValue(value);
      advancing.goOn();
    },
    (error) => {
      advancing.isAdvancing = true;
      onError(error);
      advancing.goOn();
    },
  );
}
