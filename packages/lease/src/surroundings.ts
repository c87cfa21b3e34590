import type { Sample } from './hold.ts';
import type { Keeper } from './keeper.ts';
import type { FamilyTerms } from './options.ts';
import type { LockId, Store } from './store.ts';

/** What the lines of a family share. */
export interface Surroundings {
  readonly store: Store;
  readonly terms: FamilyTerms;
  readonly keeper: Keeper;
  /** The latest reading of a store's clock, of any lock. */
  sample: Sample | undefined;
  readonly isListening: boolean;
  readonly isClosed: boolean;
  now(): number;
  /** A new id for a request. */
  newId(): string;
  /** Resolves once pushes are heard. */
  listen(): Promise<void>;
  /** Waits for the answer of the store, but not for longer than a third of a lease. */
  command<T>(send: () => Promise<T>): Promise<T>;
  /** Nothing of the line is held, waited for or under way any more. It may say so again when its lock has another one. */
  retire(line: { readonly lock: LockId }): void;
}
