import type { ContractSubject, Feature } from './subject.ts';

// What laws may need of a lock.

export function has(feature: Feature): (subject: ContractSubject) => boolean {
  return ({ features = [] }) => features.includes(feature);
}

/** Callers have to wait for one another. */
export function isBounded({ capacity = 1 }: Pick<ContractSubject, 'capacity'>): boolean {
  return capacity !== Number.POSITIVE_INFINITY;
}

/** There is room for one holder. */
export function isExclusive({ capacity = 1 }: ContractSubject): boolean {
  return capacity === 1;
}

/** Callers have to wait for one another, and higher priorities go first. */
export function hasPriorities(subject: ContractSubject): boolean {
  return isBounded(subject) && has('priorities')(subject);
}
