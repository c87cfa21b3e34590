import { InvalidStateError } from '@valvekit/core';
import { requireThat } from './arguments.ts';
import type { FencedLease } from './contract.ts';
import { HeldLease } from './held-lease.ts';
import type { LockId, Store } from './store.ts';

/** A hold that its holder shows to the store, in a transaction of its own. */
export interface Shown {
  readonly lock: LockId;
  /** What messages call the lock. */
  readonly label: string;
  readonly id: string;
  /** Why this process knows that the lease is no good. */
  readonly error: Error | undefined;
  /** Whether the store still has the hold; renews it. */
  isBooked(): Promise<boolean>;
  /** The store refused it. Returns what its holder is told. */
  lose(): Error;
}

/**
 * The hold of a lease. From now on only the store can hand it on, because only the store knows when the transaction ends.
 *
 * @throws {TypeError} unless the lease is one of this store's
 */
export function show(store: Store, lease: FencedLease): Shown {
  const grant = HeldLease.grantOf(Object(lease));
  requireThat(grant?.line.around.store === store, 'lease', 'a lease of these locks', lease);
  const { line, hold, tenure } = grant as NonNullable<typeof grant>;
  hold.isFenced = true;
  const released = (): Error => new InvalidStateError(`${line.label}: the lease has been released`);
  return {
    lock: line.lock,
    label: line.label,
    id: hold.id,
    error: lease.released ? released() : tenure.isLost ? tenure.error : undefined,
    async isBooked() {
      const { around, lock } = line;
      const { known } = await around.command(() => store.renew(lock, [hold.id], around.terms.lease));
      return known[0] === true;
    },
    lose() {
      // Released in the meantime, it is not lost.
      if (lease.released) return released();
      line.lose(hold, 'taken');
      return tenure.error as Error;
    },
  };
}
