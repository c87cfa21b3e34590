import type { Program, Request } from '../program.ts';

const read = { kind: 'read' } satisfies Request;
const write = { kind: 'write' } satisfies Request;

const fair: Program[] = [
  {
    name: 'readers around a writer',
    primitive: 'rwlock',
    requests: { A: read, B: write, C: read, D: read },
  },
  {
    name: 'a batch of readers between writers',
    primitive: 'rwlock',
    requests: { A: write, B: read, C: read, D: write },
  },
  {
    name: 'a writer at the head that may abort',
    primitive: 'rwlock',
    requests: { A: read, B: { ...write, signal: 0 }, C: { ...read, form: 'try' } },
  },
  {
    name: 'a writer at the head that may time out',
    primitive: 'rwlock',
    requests: { A: read, B: { ...write, patience: 'timed' }, C: { ...read, patience: 'timed' } },
  },
  {
    name: 'a shared signal, and a refusal that releases the holder',
    primitive: 'rwlock',
    requests: {
      H: write,
      A: { ...read, signal: 0, onRefusal: ['release H'] },
      B: { ...write, signal: 0 },
      C: read,
    },
  },
  {
    name: 'a listener before ours releases the holder',
    primitive: 'rwlock',
    listeners: [{ signal: 0, does: ['release H', 'ask D'] }],
    requests: { H: read, A: { ...write, signal: 0 }, B: read, D: { ...write, isInner: true, form: 'try' } },
  },
  {
    name: 'a listener before ours stops the event',
    primitive: 'rwlock',
    listeners: [{ signal: 0, stops: true }],
    requests: { H: read, A: { ...write, signal: 0 }, B: read, C: { ...read, form: 'try' } },
  },
  {
    name: 'callbacks of a batch that throw, abort and release',
    primitive: 'rwlock',
    requests: {
      A: write,
      B: { ...read, onGrant: ['release B', 'throw'] },
      C: { ...read, signal: 0, onGrant: ['throw'] },
      D: { ...read, signal: 0, onGrant: ['abort 0'] },
    },
  },
  {
    name: 'callbacks of a batch that ask again',
    primitive: 'rwlock',
    requests: {
      A: write,
      B: { ...read, onGrant: ['ask E'] },
      C: { ...read, onGrant: ['ask F', 'cancel'] },
      E: { ...write, isInner: true, onRefusal: ['release B'] },
      F: { ...read, isInner: true },
    },
  },
  {
    name: 'guards and misuse',
    primitive: 'rwlock',
    requests: { A: { ...read, form: 'tryGuard' }, B: { ...write, form: 'tryGuard' }, C: read },
    extras: ['over', 'again A', 'over'],
  },
  {
    name: 'a writer that downgrades',
    primitive: 'rwlock',
    requests: { A: { ...write, form: 'tryGuard' }, B: read, C: write },
    extras: ['downgrade A', 'over'],
  },
  {
    name: 'an upgradable hold next to readers',
    primitive: 'rwlock',
    requests: {
      A: { kind: 'upgradable', form: 'tryGuard' },
      B: read,
      C: write,
      D: { kind: 'upgradable', form: 'tryGuard' },
    },
  },
  {
    name: 'priorities',
    primitive: 'rwlock',
    requests: { A: write, B: { ...read, priority: -1 }, C: { ...write, signal: 0 }, D: { ...read, priority: 1 } },
  },
];

// When an event was stopped, it is not specified which waiters of two lines are still counted.
const readersFirst: Program[] = fair
  .filter(({ listeners }) => !listeners?.some(({ stops }) => stops))
  .map((program) => ({ ...program, name: `${program.name}, readers first`, policy: 'readers' }));

export const rwlockPrograms: Program[] = [...fair, ...readersFirst];
