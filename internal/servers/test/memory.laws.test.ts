import { contractLaws } from '@valvekit-internal/laws/contract/contract-laws';
import { memorySubjects } from '../src/memory/subjects.ts';

for (const passes of [0, 16]) {
  for (const [name, subject] of Object.entries(memorySubjects({ passes }))) {
    contractLaws(`In memory, passes: ${passes}, ${name}`, subject);
  }
}
