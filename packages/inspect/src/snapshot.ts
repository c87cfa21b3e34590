import type { Entry } from './contract.ts';
import { entryOf } from './entry.ts';
import { refresh } from './held-before.ts';
import { forget, requests } from './ledger.ts';

/** Every hold and every wait of the watched locks, the oldest request first. */
export function snapshot(): readonly Entry[] {
  for (const request of requests) {
    // What holds a lock that has been collected, or waits for it, can never end.
    if (request.lock.object === undefined) forget(request);
    else refresh(request.lock);
  }
  return Array.from(requests, (request) => entryOf(request));
}
