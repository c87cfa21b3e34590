import type { WaitOptions } from 'valvekit';
import { rest } from '../rest.ts';
import type { LockUnderTest, ScopedLockUnderTest } from './lock-under-test.ts';

/** The ways to ask for a lock. */
export type Form = 'callback' | 'promise' | 'acquire' | 'sandbox';

/** One request for a lock: what became of it, and how to release its hold. */
export class Request {
  /** Every outcome of the request. More than one is a fault. */
  readonly outcomes: ('granted' | 'refused')[] = [];
  reason: unknown = undefined;
  #release: (() => void) | undefined = undefined;

  get outcome(): 'waiting' | 'granted' | 'refused' {
    return this.outcomes[0] ?? 'waiting';
  }

  get isInside(): boolean {
    return this.#release !== undefined;
  }

  grant(release: () => void): void {
    this.outcomes.push('granted');
    this.#release = release;
  }

  refuse(reason: unknown): void {
    this.outcomes.push('refused');
    this.reason = reason;
  }

  release(): void {
    const release = this.#release;
    if (release === undefined) throw new Error(`Nothing to release: the request is ${this.outcome}`);
    this.#release = undefined;
    release();
  }
}

/** The ways to ask for this lock. */
export function formsOf(lock: ScopedLockUnderTest): readonly Form[] {
  return isBare(lock) ? ['callback', 'promise', 'acquire', 'sandbox'] : ['acquire', 'sandbox'];
}

/** Asks for the lock in one of the forms. `onOutcome` runs as soon as the outcome is known. */
export function ask(
  lock: ScopedLockUnderTest,
  form: Form,
  options?: WaitOptions,
  onOutcome: (request: Request) => void = () => {},
): Request {
  const request = new Request();
  const grant = (release: () => void): void => {
    request.grant(release);
    onOutcome(request);
  };
  const refuse = (reason: unknown): void => {
    request.refuse(reason);
    onOutcome(request);
  };
  switch (form) {
    case 'callback': {
      const bare = requireBare(lock);
      bare.waitWithCallback((error) => (error === undefined ? grant(() => bare.unlock()) : refuse(error)), options);
      break;
    }
    case 'promise': {
      const bare = requireBare(lock);
      bare.wait(options).then(() => grant(() => bare.unlock()), refuse);
      break;
    }
    case 'acquire':
      lock.acquire(options).then((guard) => grant(() => guard.release()), refuse);
      break;
    case 'sandbox':
      lock.sandbox(() => new Promise<void>(grant), options).catch(refuse);
      break;
  }
  return request;
}

/** Releases every hold until no request is waiting. Returns the granted requests, in the order of their grants. */
export async function serveAll(requests: readonly Request[]): Promise<Request[]> {
  const served: Request[] = [];
  for (;;) {
    await rest();
    const inside = requests.filter((request) => request.isInside);
    if (inside.length === 0) return served;
    for (const request of inside) {
      served.push(request);
      request.release();
    }
  }
}

function isBare(lock: ScopedLockUnderTest): lock is LockUnderTest {
  return 'wait' in lock;
}

function requireBare(lock: ScopedLockUnderTest): LockUnderTest {
  if (!isBare(lock)) throw new Error('This side has no bare verbs');
  return lock;
}
