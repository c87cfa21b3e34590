import type { Defect } from './defect.ts';
import { DefectiveCopy } from './defective-copy.ts';
import type { Program } from './program.ts';
import { programs } from './programs/all.ts';
import { type Findings, search } from './search.ts';

/** Explores a copy of the sources with the defect until it shows. */
export async function kill(defect: Defect): Promise<Findings> {
  using copy = new DefectiveCopy(defect.edits);
  return search(programOf(defect), await copy.load());
}

function programOf({ primitive, shownBy }: Defect): Program {
  const program = programs[primitive].find(({ name }) => name === shownBy);
  if (!program) throw new Error(`no program for a ${primitive} is called ${shownBy}`);
  return program;
}
