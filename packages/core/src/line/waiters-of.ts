import type { Queued } from './waiter.ts';
import type { WaiterQueue } from './waiter-queue.ts';

/** The waiters of a line from the head on, as they are now. (Not a member: most locks never ask.) */
export function waitersOf<Request>(line: WaiterQueue<Request>): Queued<Request>[] {
  const waiters: Queued<Request>[] = [];
  for (const lane of (line.lanes ?? []).flat().reverse()) {
    for (let link = lane.next; link !== lane; link = link.next) waiters.push(link as Queued<Request>);
  }
  return waiters;
}
