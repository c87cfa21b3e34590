import type { FaultProgram } from '../faults.ts';
import type { Request } from '../program.ts';
import { keyedFaultPrograms } from './keyed.ts';
import { severalFaultPrograms } from './several.ts';

const limited = { signal: 0, patience: 'timed' } satisfies Request;
const last = { isInner: true } satisfies Request;

/** Programs in which a primitive calls timers, signals and callbacks, and what may go wrong there. */
export const faultPrograms: FaultProgram[] = [
  {
    program: {
      name: 'three wait, one gives up',
      primitive: 'mutex',
      requests: { H: {}, A: limited, B: limited, C: { patience: 'timed' }, N: last, Z: last },
    },
    path: ['ask H', 'ask A', 'ask B', 'ask C', 'expire B', 'release H', 'release A', 'release C'],
    faults: ['throw', 'abort 0', 'expire A', 'release H', 'cancel', 'ask N'],
  },
  {
    program: {
      name: 'a large request gives up',
      primitive: 'semaphore',
      capacity: 2,
      requests: { H: {}, A: { ...limited, permits: 2 }, B: limited, C: { signal: 1 }, N: last, Z: last },
    },
    path: ['ask H', 'ask A', 'ask B', 'ask C', 'abort 0', 'release H', 'release C', 'release B'],
    faults: ['throw', 'abort 0', 'abort 1', 'expire A', 'release H', 'cancel', 'ask N', 'capacity 2'],
  },
  {
    program: {
      name: 'readers behind a writer that gives up',
      primitive: 'rwlock',
      requests: {
        H: { kind: 'read' },
        A: { ...limited, kind: 'write' },
        B: { ...limited, kind: 'read' },
        C: { kind: 'read', signal: 1 },
        N: { ...last, kind: 'write' },
        Z: { ...last, kind: 'write' },
      },
    },
    path: ['ask H', 'ask A', 'ask B', 'ask C', 'expire A', 'release H', 'release B', 'release C'],
    faults: ['throw', 'abort 0', 'abort 1', 'expire B', 'release H', 'cancel', 'ask N'],
  },
  {
    program: {
      name: 'waits for tickets',
      primitive: 'barrier',
      ticket: 'z',
      requests: {
        A: { ...limited, condition: 'a' },
        B: { ...limited, condition: ['a', 'b'] },
        C: { signal: 1, condition: /a/ },
        N: { ...last, condition: 'a' },
        Z: { ...last, condition: 'z' },
      },
    },
    path: ['ask A', 'ask B', 'ask C', 'set b', 'set a', 'set z'],
    faults: ['throw', 'abort 0', 'abort 1', 'expire A', 'cancel', 'ask N', 'set z'],
  },
  {
    program: {
      name: 'waits for zero',
      primitive: 'asemaphore',
      requests: { A: limited, B: { signal: 1 }, N: last, Z: last },
      fire: [['cancel'], ['v 1', 'p x']],
    },
    path: ['v 1', 'ask A', 'ask B', 'p a'],
    faults: ['throw', 'abort 0', 'abort 1', 'expire A', 'cancel', 'ask N'],
  },
  ...severalFaultPrograms,
  ...keyedFaultPrograms,
];
