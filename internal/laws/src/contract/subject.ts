import type { Acquirable, Guard, Lease, PermitOptions } from './acquirable.ts';

/** What a lock has beyond the plain contract. Laws that need it run only where it is declared. */
export type Feature =
  /** Calls with a higher priority are served first. */
  | 'priorities'
  /** `acquire` and `sandbox` take `permits`, of which there are `capacity`. */
  | 'permits'
  /** Holds are leases. */
  | 'leases'
  /** `make` gives `lose`. */
  | 'loss'
  /** `make` gives `other`. */
  | 'other'
  /** `make` gives `rival`. */
  | 'rival';

/** Any lock, in any scope, that is held to the laws of the contract. */
export interface ContractSubject {
  /** How many holders fit at the same time; default 1. Infinity needs a rival. */
  readonly capacity?: number;
  readonly features?: readonly Feature[];
  /** Makes a lock that is free. */
  make(): ContractUnderTest | Promise<ContractUnderTest>;
}

/** One lock under test, and what the laws can do around it. */
export interface ContractUnderTest {
  readonly lock: Acquirable<Guard | Lease, PermitOptions>;
  /** A second handle on the same lock, as another tab or process has one. */
  readonly other?: Acquirable;
  /** Excludes all holders of the lock: the write side of a read side. */
  readonly rival?: Acquirable;
  /** Waits until everything has happened that can happen without another call and without time passing. */
  settle(): Promise<void>;
  /** Advances a fake clock. Without it, timeouts take real time. */
  advance?(ms: number): void | Promise<void>;
  /** Milliseconds for a law's timeouts; default 20. In real time it must be several times what `settle` takes. */
  readonly timeout?: number;
  /** How many timers the lock has set on the fake clock. */
  timers?(): number;
  /** Takes the hold of a lease away, so that the lock is free for others. */
  lose?(lease: Lease): void | Promise<void>;
  /** Ends what `make` has started. */
  close?(): void | Promise<void>;
}
