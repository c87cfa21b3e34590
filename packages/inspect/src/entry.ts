import { HOLDING, type Request } from './request.ts';

/** One hold or one wait, as it was when it was looked at. */
export interface Entry {
  /** What the error messages of the lock call it, or the name that `watch` was given. */
  readonly lock: string;
  readonly kind: 'wait' | 'hold';
  /** The method that was called: `sandbox`, `read.acquire`, `lock`, `acquireAll`, `map`. */
  readonly verb: string;
  /** When the wait or the hold began. */
  readonly since: Date;
  /** The number of the chain of sandboxes that it belongs to. */
  readonly task: number | undefined;
  readonly permits: number;
  /** The lines of code that asked for it, if `stacks` is on. */
  readonly stack?: string;
}

/** The entry of a request that waits or holds. */
export function entryOf(request: Request, kind: Entry['kind'] = request.stage === HOLDING ? 'hold' : 'wait'): Entry {
  const { lock, asked, start, permits } = request;
  const { verb, task, stack } = asked;
  request.since ??= new Date(Date.now() - (performance.now() - start));
  const entry = { lock: lock.name, kind, verb, since: request.since, task: task?.number, permits };
  return stack === undefined ? entry : { ...entry, stack };
}
