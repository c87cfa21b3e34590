import type { Entry } from './contract.ts';
import { allRequests } from './graph.ts';
import { end, refresh } from './ledger.ts';
import { entryOf } from './report.ts';

/** Every hold and every wait of the watched locks, the oldest request first. */
export function snapshot(): readonly Entry[] {
  for (const request of allRequests()) {
    // What holds a lock that has been collected, or waits for it, can never end.
    if (request.lock.object === undefined) end(request);
    else refresh(request.lock);
  }
  return allRequests()
    .sort((one, other) => one.number - other.number)
    .map(entryOf);
}
