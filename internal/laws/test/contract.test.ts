import { Semaphore } from 'valvekit';
import { contractLaws } from '../src/contract/contract-laws.ts';
import { fakeMutex, fakeReadSide, fakeSemaphore, fakeWeighted, fakeWriteSide } from '../src/fake/subjects.ts';
import { threadSubject } from '../src/line/thread-subject.ts';

contractLaws('Fake mutex', fakeMutex());
contractLaws('Fake semaphore of three permits', fakeSemaphore());
contractLaws('Fake semaphore of five, taken by threes', fakeWeighted());
contractLaws('Fake write side', fakeWriteSide());
contractLaws('Fake read side', fakeReadSide());

// All other locks of one thread come here by way of their own laws.
contractLaws(
  'Semaphore of three permits',
  threadSubject(() => new Semaphore(3), 3, ['permits']),
);
