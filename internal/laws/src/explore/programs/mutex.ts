import type { Program } from '../program.ts';

export const mutexPrograms: Program[] = [
  { name: 'four in a line', primitive: 'mutex', requests: { A: {}, B: {}, C: {}, D: {} } },
  {
    name: 'signals of their own',
    primitive: 'mutex',
    requests: { A: {}, B: { signal: 0 }, C: { signal: 1 } },
  },
  {
    name: 'a shared signal, and a refusal that releases the holder',
    primitive: 'mutex',
    requests: { H: {}, A: { signal: 0, onRefusal: ['release H'] }, B: { signal: 0 } },
  },
  {
    name: 'a listener before ours releases the holder',
    primitive: 'mutex',
    listeners: [{ signal: 0, does: ['release H'] }],
    requests: { H: {}, A: { signal: 0 }, B: {}, C: { form: 'try' } },
  },
  {
    name: 'a listener before ours stops the event',
    primitive: 'mutex',
    listeners: [{ signal: 0, stops: true }],
    requests: { H: {}, A: { signal: 0 }, B: {}, C: { signal: 0 } },
  },
  {
    name: 'a refusal found by a newcomer aborts and asks',
    primitive: 'mutex',
    listeners: [{ signal: 0, stops: true }],
    requests: {
      H: {},
      A: { signal: 0, onRefusal: ['abort 1', 'ask D'] },
      B: { signal: 1 },
      D: { isInner: true },
    },
  },
  {
    name: 'callbacks that throw',
    primitive: 'mutex',
    requests: {
      A: { onGrant: ['throw'] },
      B: { onGrant: ['release B', 'throw'] },
      C: { signal: 0, onRefusal: ['throw'] },
    },
  },
  {
    name: 'callbacks that unlock and lock',
    primitive: 'mutex',
    requests: {
      A: {},
      B: { onGrant: ['release B', 'ask D'] },
      C: { onGrant: ['ask E', 'release C'] },
      D: { isInner: true, onGrant: ['release D'] },
      E: { isInner: true },
    },
  },
  {
    name: 'tries, guards and misuse',
    primitive: 'mutex',
    requests: { A: { form: 'tryGuard' }, B: {}, C: { form: 'try' } },
    extras: ['over', 'again A', 'over'],
  },
  {
    name: 'timers',
    primitive: 'mutex',
    requests: { A: {}, B: { patience: 'timed', onRefusal: ['ask D'] }, C: { patience: 'timed' }, D: { isInner: true } },
  },
  {
    name: 'a timer and a signal on one wait, and a timeout of zero',
    primitive: 'mutex',
    requests: { A: {}, B: { patience: 'timed', signal: 0 }, C: { patience: 'impatient', signal: 0 } },
  },
  {
    name: 'cancel from outside and from callbacks',
    primitive: 'mutex',
    requests: {
      A: {},
      B: { onGrant: ['cancel'], onRefusal: ['release A'] },
      C: { onRefusal: ['ask D'] },
      D: { isInner: true },
    },
    extras: ['cancel'],
  },
  {
    name: 'priorities',
    primitive: 'mutex',
    requests: { A: {}, B: { priority: 1, signal: 0 }, C: { priority: -1 }, D: { priority: 1 } },
  },
  {
    name: 'four priorities',
    primitive: 'mutex',
    requests: { A: {}, B: { priority: 1 }, C: { priority: 2 }, D: { priority: 3 }, E: { priority: 4 } },
  },
];
