import type { Request } from './store.ts';
import type { Waiter } from './waiter.ts';

/** A place in the line of the store. Whoever waits first in this process for as many permits may use it. */
export interface Place extends Request {
  place: number;
  /** How many places are ahead, as far as we know. */
  ahead: number;
  /** How often the store has been asked for it. */
  asked: number;
  waiter: Waiter;
  /** How often hand-overs have moved it on. They count as if they came after its grant, so that others get their turn. */
  spent: number;
}

/** A new place for a waiter, at the end of the line or where an earlier one stood. */
export function placeFor(waiter: Waiter, id: string, joins: boolean, place = 0): Place {
  const { permits, priority } = waiter;
  waiter.place = id;
  return { id, permits, priority, place, joins, ahead: 0, asked: 0, waiter, spent: 0 };
}
