import type { Program } from '../program.ts';
import { asemaphorePrograms } from './asemaphore.ts';
import { barrierPrograms } from './barrier.ts';
import { keyedPrograms } from './keyed.ts';
import { mutexPrograms } from './mutex.ts';
import { rwlockPrograms } from './rwlock.ts';
import { semaphorePrograms } from './semaphore.ts';
import { severalPrograms } from './several.ts';

export const programs: Record<Program['primitive'], Program[]> = {
  mutex: mutexPrograms,
  rwlock: rwlockPrograms,
  semaphore: semaphorePrograms,
  barrier: barrierPrograms,
  asemaphore: asemaphorePrograms,
  several: severalPrograms,
  keyed: keyedPrograms,
};
