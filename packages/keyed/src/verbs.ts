import { type Guard, InvalidStateError, type PermitOptions, type WriteGuard } from '@valvekit/core';
import { type AskingVerb, type GuardVerb, Hold, type LockLine, type Terms, verb } from '@valvekit/core/line';

/** What a verb asks: a view. */
export interface Asked {
  permitsOf(options?: PermitOptions): number;
  prepare(): void;
}

/** How a view asks for one kind of lock. */
export interface KeyedVerbs<G extends Guard> {
  /** How many permits a hold takes; undefined: as many as its request says. */
  readonly permits: number | undefined;
  readonly acquire: GuardVerb<Asked, number, PermitOptions, G>;
  readonly sandbox: AskingVerb<Asked, number, PermitOptions>;
}

/** All permits of a read/write lock: a writer takes them, a reader takes one. */
export const ALL: number = Number.MAX_SAFE_INTEGER;

class KeyedWriteHold extends Hold<number> implements WriteGuard {
  downgrade(): Guard {
    const line = this.spend();
    if (line === undefined) throw new InvalidStateError('WriteGuard: downgrade() on a guard that has been released');
    line.giveBack(ALL - 1);
    return new Hold(line, 1);
  }
}

function verbs<G extends Guard>(
  side: string,
  permits: number | undefined,
  Guard: new (line: LockLine<number>, request: number) => G,
): KeyedVerbs<G> {
  return {
    permits,
    acquire: { ...verb(`${side}acquire`, request), Guard },
    sandbox: verb(`${side}sandbox`, request),
  };
}

// A request that its signal refuses must not change the capacity.
function request(view: Asked, options: PermitOptions | undefined, { signal }: Terms): number {
  const permits = view.permitsOf(options);
  if (!signal?.aborted) view.prepare();
  return permits;
}

export const MUTEX: KeyedVerbs<Guard> = /* @__PURE__ */ verbs<Guard>('', 1, Hold);
export const SEMAPHORE: KeyedVerbs<Guard> = /* @__PURE__ */ verbs<Guard>('', undefined, Hold);
export const READ: KeyedVerbs<Guard> = /* @__PURE__ */ verbs<Guard>('read.', 1, Hold);
export const WRITE: KeyedVerbs<WriteGuard> = /* @__PURE__ */ verbs('write.', ALL, KeyedWriteHold);
