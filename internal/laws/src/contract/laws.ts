import { argumentLaws } from './argument.ts';
import { exclusionLaws } from './exclusion.ts';
import { givingUpLaws } from './giving-up.ts';
import { holdLaws } from './hold.ts';
import type { Law } from './law.ts';
import { lossLaws } from './loss.ts';
import { orderLaws } from './order.ts';
import { permitLaws } from './permits.ts';
import { sandboxLaws } from './sandbox.ts';
import { signalLaws } from './signal.ts';
import type { ContractSubject } from './subject.ts';
import { timeoutLaws } from './timeout.ts';
import { tryLaws } from './try.ts';

const chapters: Readonly<Record<string, readonly Law[]>> = {
  exclusion: exclusionLaws,
  order: orderLaws,
  permits: permitLaws,
  'a signal': signalLaws,
  'a timeout': timeoutLaws,
  'giving up': givingUpLaws,
  'a sandbox': sandboxLaws,
  'a try': tryLaws,
  'a hold': holdLaws,
  'a lost lease': lossLaws,
  arguments: argumentLaws,
};

/** The laws of the contract that apply to a lock, by chapters. */
export function lawsOf(subject: ContractSubject): [chapter: string, laws: Law[]][] {
  return Object.entries(chapters).map(([chapter, laws]) => [
    chapter,
    laws.filter((law) => law.when?.(subject) ?? true),
  ]);
}
