import { refusalOf } from '../contract/permits.ts';
import type { WaiterQueue } from './waiter-queue.ts';
import { waitersOf } from './waiters-of.ts';

/** Ends the waits for more permits than there are. `moveUp()` must follow. */
export function refuseImpossible(line: WaiterQueue<number>, capacity: number): void {
  for (const waiter of waitersOf(line)) {
    const refusal = refusalOf(waiter.request, capacity);
    if (refusal !== undefined) line.giveUp(waiter, refusal);
  }
}
