// What the explorer needs to know of @valvekit/lite.
import { Mutex, ReadWriteLock, Semaphore } from '@valvekit/lite';
import type { FaultProgram } from './faults.ts';
import type { Program } from './program.ts';
import { programs } from './programs/all.ts';
import { faultPrograms } from './programs/faults.ts';
import { scopedFaults, scopedPrograms } from './programs/scoped.ts';
import type { Library } from './real-subject.ts';

class Looking extends ReadWriteLock {
  get isLocked(): false | 'R' | 'W' {
    if (this.isWriteLocked) return 'W';
    return this.readers > 0 && 'R';
  }
}

/** What programs use of a library, as far as lite has it. */
export const library: Library = {
  createMutex: () => new Mutex(),
  createSemaphore: (capacity?: number) => new Semaphore(capacity),
  createReadWriteLock: () => new Looking(),
} as unknown as Library;

const shows = ['isLocked', 'available', 'capacity', 'readers', 'waiting'];
const all = [...programs.mutex, ...programs.semaphore, ...programs.rwlock];
const faulty = faultPrograms.filter(({ program }) => all.some(({ primitive }) => primitive === program.primitive));

/** All programs that lite can carry out. */
export const litePrograms: Program[] = [...scopedPrograms(all, 'acquire'), ...scopedPrograms(all, 'sandbox')].map(
  (program) => ({ ...program, shows }),
);

/** All programs with faults that lite can carry out. */
export const liteFaults: FaultProgram[] = [...scopedFaults(faulty, 'acquire'), ...scopedFaults(faulty, 'sandbox')].map(
  ({ program, ...rest }) => ({ ...rest, program: { ...program, shows } }),
);
