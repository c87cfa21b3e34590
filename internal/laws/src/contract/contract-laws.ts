import { describe, it } from 'vitest';
import { keep } from './law.ts';
import { lawsOf } from './laws.ts';
import type { ContractSubject } from './subject.ts';

/** All laws that hold for any lock in any scope, as tests. */
export function contractLaws(name: string, subject: ContractSubject): void {
  for (const [chapter, laws] of lawsOf(subject)) {
    describe.skipIf(laws.length === 0)(`${name}, contract: ${chapter}`, () => {
      for (const law of laws) it(law.name, () => keep(law, subject));
    });
  }
}
