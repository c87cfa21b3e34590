import type { ContractSubject } from '../contract/subject.ts';

/** A fake lock with a fault, and the law that it must be found to break. */
export interface Mutant {
  readonly name: string;
  readonly shownBy: string;
  readonly subject: ContractSubject;
}
