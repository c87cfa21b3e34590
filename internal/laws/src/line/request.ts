import type { WaitOptions } from 'valvekit';
import { rest } from '../rest.ts';
import type { LockUnderTest, ScopedLockUnderTest } from './lock-under-test.ts';

/** The ways to ask for a lock. */
export type Form = 'callback' | 'promise' | 'acquire' | 'sandbox';

/** Somebody who has asked for a lock: what became of it, and how to give it back. */
export class Request {
  /** Everything it was told. More than one entry is a fault. */
  readonly outcomes: ('granted' | 'refused')[] = [];
  reason: unknown = undefined;
  #giveBack: (() => void) | undefined = undefined;

  get outcome(): 'waiting' | 'granted' | 'refused' {
    return this.outcomes[0] ?? 'waiting';
  }

  get isInside(): boolean {
    return this.#giveBack !== undefined;
  }

  grant(giveBack: () => void): void {
    this.outcomes.push('granted');
    this.#giveBack = giveBack;
  }

  refuse(reason: unknown): void {
    this.outcomes.push('refused');
    this.reason = reason;
  }

  giveBack(): void {
    const giveBack = this.#giveBack;
    if (giveBack === undefined) throw new Error(`Nothing to give back: the request is ${this.outcome}`);
    this.#giveBack = undefined;
    giveBack();
  }
}

/** The ways in which this lock can be asked. */
export function formsOf(lock: ScopedLockUnderTest): readonly Form[] {
  return isBare(lock) ? ['callback', 'promise', 'acquire', 'sandbox'] : ['acquire', 'sandbox'];
}

/** Asks for the lock in one of the forms. `onOutcome` hears of the outcome as soon as the request does. */
export function ask(
  lock: ScopedLockUnderTest,
  form: Form,
  options?: WaitOptions,
  onOutcome: (request: Request) => void = () => {},
): Request {
  const request = new Request();
  const grant = (giveBack: () => void): void => {
    request.grant(giveBack);
    onOutcome(request);
  };
  const refuse = (reason: unknown): void => {
    request.refuse(reason);
    onOutcome(request);
  };
  switch (form) {
    case 'callback': {
      const bare = requireBare(lock);
      bare.waitWithCallback((error) => (error === undefined ? grant(() => bare.giveBack()) : refuse(error)), options);
      break;
    }
    case 'promise': {
      const bare = requireBare(lock);
      bare.wait(options).then(() => grant(() => bare.giveBack()), refuse);
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

/** Gives everything back until nobody waits any more. Returns who was let in, in order. */
export async function serveAll(requests: readonly Request[]): Promise<Request[]> {
  const served: Request[] = [];
  for (;;) {
    await rest();
    const inside = requests.filter((request) => request.isInside);
    if (inside.length === 0) return served;
    for (const request of inside) {
      served.push(request);
      request.giveBack();
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
