import type { Defect } from './defect.ts';
import { DefectiveCopy } from './defective-copy.ts';
import { injectFaults } from './faults.ts';
import { mapPrograms } from './map/programs.ts';
import { searchMap } from './map/search.ts';
import { programs } from './programs/all.ts';
import { faultPrograms } from './programs/faults.ts';
import { promisePrograms } from './programs/promises.ts';
import type { Library } from './real-subject.ts';
import { search, searchPromises } from './search.ts';

/** Whether a defect shows, and after how many runs. */
interface Verdict {
  isFound: boolean;
  runs: number;
}

const explorations = {
  callbacks(defect: Defect, library: Library): Verdict {
    const { difference, interleavings } = search(programOf(defect, Object.values(programs).flat()), library);
    return { isFound: difference !== undefined, runs: interleavings };
  },
  async promises(defect: Defect, library: Library): Promise<Verdict> {
    const { difference, interleavings } = await searchPromises(programOf(defect, promisePrograms), library);
    return { isFound: difference !== undefined, runs: interleavings };
  },
  async map(defect: Defect, library: Library): Promise<Verdict> {
    const { difference, interleavings } = await searchMap(programOf(defect, mapPrograms), library);
    return { isFound: difference !== undefined, runs: interleavings };
  },
  async faults(defect: Defect, library: Library): Promise<Verdict> {
    const faulty = faultPrograms.map((each) => ({ ...each, ...each.program }));
    const { damage, runs } = await injectFaults(programOf(defect, faulty), library);
    return { isFound: damage.length > 0, runs };
  },
};

/** Explores a copy of the sources with the defect until it shows. */
export async function kill(defect: Defect): Promise<Verdict> {
  using copy = new DefectiveCopy(defect);
  const explore = explorations[defect.exploration ?? 'callbacks'];
  return await explore(defect, copy.load());
}

function programOf<P extends Pick<Defect, 'name' | 'primitive'>>({ primitive, shownBy }: Defect, among: P[]): P {
  const program = among.find((each) => each.name === shownBy && each.primitive === primitive);
  if (!program) throw new Error(`no program for a ${primitive} is called ${shownBy}`);
  return program;
}
