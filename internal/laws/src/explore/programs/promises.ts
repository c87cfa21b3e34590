import type { Program, Request } from '../program.ts';
import { keyedPromisePrograms } from './keyed.ts';
import { severalPromisePrograms } from './several.ts';

const promise = { form: 'promise' } satisfies Request;
const acquire = { form: 'acquire' } satisfies Request;
const upgradable = { form: 'acquire', kind: 'upgradable' } satisfies Request;
const upgrade = { form: 'upgrade', of: 'U' } satisfies Request;

const upgrades: Program[] = [
  {
    name: 'an upgrade next to a reader',
    primitive: 'rwlock',
    requests: { U: upgradable, G: { ...upgrade, signal: 0 }, R: { form: 'acquire', kind: 'read' } },
  },
  {
    name: 'an upgrade before a writer',
    primitive: 'rwlock',
    requests: {
      U: upgradable,
      G: { ...upgrade, patience: 'timed' },
      R: { form: 'tryGuard', kind: 'read' },
      W: { form: 'promise', kind: 'write' },
    },
  },
  {
    name: 'an upgrade and a second upgradable request',
    primitive: 'rwlock',
    requests: { U: upgradable, G: upgrade, V: { ...upgradable, signal: 0 } },
  },
];

/** Programs whose requests return promises. */
export const promisePrograms: Program[] = [
  { name: 'bare locks', primitive: 'mutex', requests: { A: promise, B: { ...promise, signal: 0 }, C: promise } },
  {
    name: 'guards',
    primitive: 'mutex',
    requests: { A: acquire, B: { ...acquire, patience: 'timed' }, C: acquire },
  },
  {
    name: 'sandboxes',
    primitive: 'mutex',
    requests: { A: { form: 'sandbox' }, B: { form: 'sandbox', signal: 0 }, C: acquire },
  },
  { name: 'cancel and misuse', primitive: 'mutex', requests: { A: promise, B: acquire }, extras: ['cancel', 'over'] },
  {
    name: 'a large request at the head that may abort',
    primitive: 'semaphore',
    capacity: 2,
    requests: { A: promise, B: { ...promise, permits: 2, signal: 0 }, C: promise },
  },
  {
    name: 'guards of several permits',
    primitive: 'semaphore',
    capacity: 2,
    requests: { A: { ...acquire, permits: 2 }, B: { ...acquire, signal: 0 }, C: { form: 'sandbox' } },
  },
  {
    name: 'readers and a writer',
    primitive: 'rwlock',
    requests: {
      A: { form: 'promise', kind: 'read' },
      B: { form: 'acquire', kind: 'write', signal: 0 },
      C: { form: 'promise', kind: 'read' },
    },
  },
  ...upgrades,
  ...upgrades
    .slice(0, 2)
    .map((program): Program => ({ ...program, name: `${program.name}, readers first`, policy: 'readers' })),
  {
    name: 'tickets',
    primitive: 'barrier',
    requests: {
      A: { ...promise, condition: 'a', signal: 0 },
      B: { ...promise, condition: ['a', 'b'], patience: 'timed' },
    },
    extras: ['set a', 'set b'],
  },
  {
    name: 'waits for zero',
    primitive: 'asemaphore',
    capacity: 1,
    requests: { A: { ...promise, signal: 0 }, B: { ...promise, patience: 'timed' } },
    fire: [['v 1']],
    extras: ['p x', 'p y'],
  },
  ...severalPromisePrograms,
  ...keyedPromisePrograms,
];
