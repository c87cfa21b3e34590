import type { Entry } from './contract.ts';
import { HOLDING, type Request } from './graph.ts';

/** The entry of a request that waits or holds. */
export function entryOf(request: Request, kind: Entry['kind'] = request.stage === HOLDING ? 'hold' : 'wait'): Entry {
  const { lock, verb, task, stack, start, permits } = request;
  request.since ??= new Date(Date.now() - (performance.now() - start));
  const entry = { lock: lock.name, kind, verb, since: request.since, task: task?.number, permits };
  return stack === undefined ? entry : { ...entry, stack };
}
