import type { Program, Request } from '../program.ts';
import { deepKeyedPrograms } from './keyed.ts';
import { deepSeveralPrograms } from './several.ts';

const limited = { signal: 0, patience: 'timed' } satisfies Request;

/** Larger programs, for a longer search. */
export const deepPrograms: Program[] = [
  {
    name: 'four, two of them with limits',
    primitive: 'mutex',
    requests: { A: {}, B: limited, C: { signal: 0, onRefusal: ['ask E'] }, D: { form: 'try' }, E: { isInner: true } },
    extras: ['cancel'],
  },
  {
    name: 'four with priorities and limits',
    primitive: 'mutex',
    requests: { A: {}, B: { signal: 0, priority: 1 }, C: { ...limited, priority: -1 }, D: { form: 'tryGuard' } },
  },
  {
    name: 'four weights, limits, and a capacity that changes',
    primitive: 'semaphore',
    capacity: 3,
    requests: {
      A: { permits: 2 },
      B: { permits: 3, signal: 0 },
      C: { signal: 0 },
      D: { permits: 2, patience: 'timed' },
    },
    extras: ['capacity 2'],
  },
  {
    name: 'a shared signal, tries, and a listener before ours',
    primitive: 'semaphore',
    capacity: 2,
    listeners: [{ signal: 0, does: ['release H'] }],
    requests: {
      H: {},
      A: { permits: 2, signal: 0, onRefusal: ['ask E'] },
      B: { signal: 0 },
      C: { form: 'try', permits: 2 },
      D: { priority: 1 },
      E: { isInner: true },
    },
  },
  {
    name: 'two writers and two readers with limits',
    primitive: 'rwlock',
    requests: {
      A: { kind: 'read' },
      B: { ...limited, kind: 'write' },
      C: { kind: 'read', signal: 0 },
      D: { kind: 'write', signal: 1 },
    },
  },
  {
    name: 'two writers and three readers, readers first',
    primitive: 'rwlock',
    policy: 'readers',
    requests: {
      A: { kind: 'write' },
      B: { kind: 'read', signal: 0 },
      C: { kind: 'write', signal: 0 },
      D: { kind: 'read' },
      E: { kind: 'read', form: 'try' },
    },
  },
  {
    name: 'four conditions with limits',
    primitive: 'barrier',
    requests: {
      A: { ...limited, condition: 'a' },
      B: { signal: 0, condition: ['a', 'b'], onGrant: ['set b'] },
      C: { condition: /b/g, patience: 'timed', onRefusal: ['set a'] },
      D: { condition: (ticket) => ticket === 'c' },
    },
    extras: ['set a', 'set c'],
  },
  {
    name: 'up and down eight times',
    primitive: 'asemaphore',
    requests: {},
    fire: [['v 1'], ['v 1', 'p x'], ['throw']],
    extras: ['v 1', 'v 2', 'v 1', 'p a', 'p b', 'p c', 'p d', 'over'],
  },
  ...deepSeveralPrograms,
  ...deepKeyedPrograms,
];
