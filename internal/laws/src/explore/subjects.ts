import { ModeledASemaphore, RealASemaphore } from './asemaphore.ts';
import { ModeledBarrier, RealBarrier } from './barrier.ts';
import type { Environment } from './environment.ts';
import { ModeledKeyed, RealKeyed } from './keyed.ts';
import { ModeledMutex, RealMutex } from './mutex.ts';
import type { Program } from './program.ts';
import type { Library } from './real-subject.ts';
import { ModeledReadWriteLock, RealReadWriteLock } from './rwlock.ts';
import { ModeledSemaphore, RealSemaphore } from './semaphore.ts';
import { ModeledSeveral, RealSeveral } from './several.ts';
import type { Host, Subject } from './subject.ts';

const real = {
  mutex: RealMutex,
  semaphore: RealSemaphore,
  rwlock: RealReadWriteLock,
  barrier: RealBarrier,
  asemaphore: RealASemaphore,
  several: RealSeveral,
  keyed: RealKeyed,
};

const modeled = {
  mutex: ModeledMutex,
  semaphore: ModeledSemaphore,
  rwlock: ModeledReadWriteLock,
  barrier: ModeledBarrier,
  asemaphore: ModeledASemaphore,
  several: ModeledSeveral,
  keyed: ModeledKeyed,
};

export function makeReal(program: Program, environment: Environment, library: Library): (host: Host) => Subject {
  return (host) => new real[program.primitive](program, host, environment, library);
}

export function makeModel(program: Program): (host: Host) => Subject {
  return (host) => new modeled[program.primitive](program, host);
}
