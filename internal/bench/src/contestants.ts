import { type Kind, subjects } from './subjects.ts';
import type { Row } from './workload.ts';

/** A package or floor that is measured. */
export interface Contestant {
  readonly name: string;
  readonly subject: string;
  readonly kind: Kind;
  /** The program of its processes, with its packages next to it. */
  readonly program: string;
}

/** All subjects. */
export function everybody(program: string): Contestant[] {
  return Object.entries(subjects).map(([name, { kind }]) => ({ name, subject: name, kind, program }));
}

/** valvekit as it is now and as it was at a commit, and the floors. */
export function versions(now: string, then: string, commit: string): Contestant[] {
  const peerless = everybody(now).filter(({ kind }) => kind === 'ours' || kind === 'floor');
  return [...peerless, { name: `valvekit at ${commit}`, subject: 'valvekit', kind: 'before', program: then }];
}

/** The contestants of a row: its floors in order, and every subject that has the thing that the row measures. */
export async function contestantsOf(row: Row, all: readonly Contestant[]): Promise<Contestant[]> {
  const { floors = [] } = row;
  const result = floors.flatMap((name) => all.filter((contestant) => contestant.name === name));
  for (const contestant of all) {
    if (contestant.kind !== 'floor' && (await has(contestant.subject, row))) result.push(contestant);
  }
  return result;
}

async function has(name: string, { thing }: Row): Promise<boolean> {
  const subject = await subjects[name]?.load();
  return subject?.subject[thing] !== undefined;
}
