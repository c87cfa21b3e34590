import { ModelledASemaphore, RealASemaphore } from './asemaphore.ts';
import { ModelledBarrier, RealBarrier } from './barrier.ts';
import type { Environment } from './environment.ts';
import { ModelledMutex, RealMutex } from './mutex.ts';
import type { Program } from './program.ts';
import type { Library } from './real-subject.ts';
import { ModelledReadWriteLock, RealReadWriteLock } from './rwlock.ts';
import { ModelledSemaphore, RealSemaphore } from './semaphore.ts';
import type { Host, Subject } from './subject.ts';

const real = {
  mutex: RealMutex,
  semaphore: RealSemaphore,
  rwlock: RealReadWriteLock,
  barrier: RealBarrier,
  asemaphore: RealASemaphore,
};

const modelled = {
  mutex: ModelledMutex,
  semaphore: ModelledSemaphore,
  rwlock: ModelledReadWriteLock,
  barrier: ModelledBarrier,
  asemaphore: ModelledASemaphore,
};

export function makeReal(program: Program, environment: Environment, library: Library): (host: Host) => Subject {
  return (host) => new real[program.primitive](program, host, environment, library);
}

export function makeModel(program: Program): (host: Host) => Subject {
  return (host) => new modelled[program.primitive](program, host);
}
