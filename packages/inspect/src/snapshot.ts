import type { Entry } from './contract.ts';
import { allRequests } from './graph.ts';
import { refresh } from './ledger.ts';
import { entryOf } from './report.ts';

/** Every hold and every wait of the watched locks, the oldest request first. */
export function snapshot(): readonly Entry[] {
  for (const { lock } of allRequests()) refresh(lock);
  return allRequests()
    .sort((one, other) => one.number - other.number)
    .map(entryOf);
}
