import type { FaultProgram } from '../faults.ts';
import type { Program, Request } from '../program.ts';

/** A request for the lock of one key, by the methods of a view. */
const single = (want: string) => ({ wants: [want], isSingle: true }) satisfies Request;
const joint = (...wants: string[]) => ({ wants }) satisfies Request;
const tries = { form: 'tryGuard' } satisfies Request;
const inside = { form: 'inside' } satisfies Request;

const mutexes = { primitive: 'keyed', locks: ['mutex a', 'mutex b'] } as const;
const semaphore = { primitive: 'keyed', locks: ['semaphore s', 'mutex a'] } as const;
const readWrite = { primitive: 'keyed', locks: ['rwlock r', 'mutex a'] } as const;

/** The locks of keys: those of one family, and joint requests for several of them. */
export const keyedPrograms: Program[] = [
  {
    ...mutexes,
    name: 'four in the line of a key',
    requests: { A: single('a'), B: single('a'), C: single('a'), D: { ...single('a'), ...tries } },
  },
  {
    ...mutexes,
    name: 'two keys in turn',
    requests: { A: single('a'), B: single('b'), C: single('b'), D: single('a') },
  },
  {
    ...mutexes,
    name: 'signals of their own',
    requests: { A: single('a'), B: { ...single('a'), signal: 0 }, C: { ...single('b'), signal: 1 } },
  },
  {
    ...mutexes,
    name: 'a listener before ours releases the holder',
    listeners: [{ signal: 0, does: ['release A'] }],
    requests: { A: single('a'), B: { ...single('a'), signal: 0 }, C: single('a'), D: single('b') },
  },
  {
    ...mutexes,
    name: 'a listener before ours releases the holder, and no other request comes',
    listeners: [{ signal: 0, does: ['release A'] }],
    requests: { A: single('a'), B: { ...single('a'), signal: 0 } },
  },
  {
    ...mutexes,
    name: 'a listener before ours stops the event',
    listeners: [{ signal: 0, stops: true }],
    requests: { A: single('a'), B: { ...single('a'), signal: 0 }, C: single('a') },
  },
  {
    ...mutexes,
    name: 'timers, and requests that do not wait',
    requests: {
      A: single('a'),
      B: { ...single('a'), patience: 'timed' },
      C: { ...single('a'), patience: 'impatient' },
      D: { ...single('a'), ...tries },
    },
  },
  {
    ...mutexes,
    name: 'priorities',
    requests: {
      A: single('a'),
      B: { ...single('a'), priority: -1 },
      C: { ...single('a'), priority: 1, signal: 0 },
    },
  },
  {
    ...mutexes,
    name: 'sandboxes whose functions ask again',
    requests: {
      A: single('a'),
      B: { ...single('a'), ...inside, onGrant: ['ask C', 'ask D'] },
      C: { ...single('a'), ...inside, isInner: true },
      D: { ...single('b'), ...inside, isInner: true },
    },
  },
  {
    ...mutexes,
    name: 'a spent guard is released again',
    requests: { A: single('a'), B: single('a'), C: single('b') },
    extras: ['again A', 'again B'],
  },
  {
    ...mutexes,
    name: 'a key and the family are canceled',
    requests: { A: single('a'), B: single('a'), C: joint('a', 'b') },
    extras: ['cancelLock a', 'cancelAll'],
  },
  {
    ...mutexes,
    name: 'a family is canceled, and a refusal asks again',
    requests: {
      A: single('a'),
      B: { ...single('a'), onRefusal: ['ask C'] },
      C: { ...single('a'), isInner: true },
      D: { ...single('a'), signal: 0 },
    },
    extras: ['cancelAll'],
  },
  {
    ...mutexes,
    name: 'joint requests among single ones',
    requests: { A: single('a'), J: joint('a', 'b'), B: single('b'), K: joint('b', 'a') },
  },
  {
    ...mutexes,
    name: 'joint requests that may give up',
    requests: {
      A: single('a'),
      J: { ...joint('a', 'b'), signal: 0 },
      K: { ...joint('b', 'a'), patience: 'timed' },
    },
  },
  {
    ...mutexes,
    name: 'a key that is named by two views',
    requests: { A: single('a'), J: joint('a', 'b', 'a'), T: { ...joint('b', 'b'), ...tries } },
  },
  {
    ...mutexes,
    name: 'a joint holder releases while an aborted waiter is first',
    listeners: [{ signal: 0, does: ['release J'] }],
    requests: { J: joint('a', 'b'), A: { ...single('a'), signal: 0 }, B: { ...single('b'), signal: 0 } },
  },
  {
    ...semaphore,
    name: 'permits',
    requests: { A: single('s@2'), B: single('s@2*2'), C: { ...single('s@2'), ...tries }, D: single('s@2') },
  },
  {
    ...semaphore,
    name: 'two capacities',
    requests: { A: single('s@1'), B: single('s@1'), C: single('s@2'), D: { ...single('s@2'), ...tries } },
  },
  {
    ...semaphore,
    name: 'a capacity that makes waiters impossible',
    requests: { A: single('s@3*3'), B: single('s@3*2'), C: single('s@1'), D: { ...single('s@3*3'), signal: 0 } },
  },
  {
    ...semaphore,
    name: 'a pause, and its end',
    requests: {
      A: { ...single('s@0'), signal: 0 },
      B: single('s@0*2'),
      C: single('s@2'),
      D: { ...single('s@0'), patience: 'impatient' },
    },
  },
  {
    ...semaphore,
    name: 'waiters that a capacity grants or rejects ask again',
    requests: {
      A: { ...single('s@0'), ...inside, onGrant: ['ask D'] },
      B: { ...single('s@3*3'), signal: 0, onRefusal: ['ask D'] },
      C: { ...single('s@2*2'), onGrant: ['ask D'] },
      D: { ...single('s@2'), isInner: true },
    },
  },
  {
    ...semaphore,
    name: 'a refused request does not bring its capacity',
    requests: {
      A: single('s@1'),
      B: single('s@1'),
      C: { ...single('s@2'), signal: 0 },
      D: { ...single('s@2*3') },
    },
  },
  {
    ...semaphore,
    name: 'joint requests bring capacities',
    requests: { A: single('s@1'), B: single('s@1'), J: joint('a', 's@3*2'), K: { ...joint('s@1', 'a'), ...tries } },
  },
  {
    ...semaphore,
    name: 'a joint waiter that a capacity makes impossible',
    requests: { A: single('a'), J: joint('s@3*3', 'a'), K: joint('a'), B: single('s@2') },
  },
  {
    ...readWrite,
    name: 'readers and writers',
    requests: { A: single('r.read'), B: single('r.write'), C: { ...single('r.read'), signal: 0 }, D: single('r.read') },
  },
  {
    ...readWrite,
    name: 'a writer that downgrades',
    requests: { W: single('r.write'), A: single('r.read'), B: { ...single('r.write'), signal: 0 } },
    extras: ['downgrade W'],
  },
  {
    ...readWrite,
    name: 'joint readers and writers',
    requests: {
      A: single('a'),
      J: joint('r.read', 'a'),
      W: { ...joint('a', 'r.write'), signal: 0 },
      R: single('r.read'),
    },
  },
];

/** Larger ones, for a longer search. */
export const deepKeyedPrograms: Program[] = [
  {
    primitive: 'keyed',
    locks: ['mutex a', 'mutex b', 'semaphore s', 'rwlock r'],
    name: 'a lock of each kind, with limits',
    requests: {
      A: { ...single('a'), signal: 0 },
      J: { ...joint('a', 'b', 's@2*2'), signal: 0 },
      S: { ...single('s@1'), patience: 'timed' },
      W: joint('r.write', 'a'),
      R: single('r.read'),
    },
  },
  {
    ...semaphore,
    // A family cancels its mutexes first.
    locks: ['mutex a', 'semaphore s'],
    name: 'three capacities, a listener before ours, and a family that is canceled',
    listeners: [{ signal: 0, does: ['release A'] }],
    requests: {
      A: single('s@1'),
      B: { ...single('s@2*2'), signal: 0, onRefusal: ['ask E'] },
      C: single('s@3*3'),
      J: { ...joint('s@1', 'a'), signal: 0 },
      E: { ...single('s@2'), isInner: true },
    },
    extras: ['cancelAll'],
  },
];

/** Requests whose promises are followed microtask by microtask. */
export const keyedPromisePrograms: Program[] = [
  {
    ...mutexes,
    name: 'guards of one key',
    requests: {
      A: { ...single('a'), form: 'acquire' },
      B: { ...single('a'), form: 'acquire', signal: 0 },
      C: { ...single('a'), form: 'acquire' },
    },
  },
  {
    ...mutexes,
    name: 'sandboxes of one key, and a joint request',
    requests: {
      A: { ...single('a'), form: 'sandbox' },
      B: { ...single('a'), form: 'sandbox', patience: 'timed' },
      J: { ...joint('b', 'a'), form: 'acquire' },
    },
  },
  {
    ...semaphore,
    name: 'two capacities',
    requests: {
      A: { ...single('s@1'), form: 'acquire' },
      B: { ...single('s@1'), form: 'acquire' },
      C: { ...single('s@2'), form: 'acquire' },
    },
  },
];

const limited = { signal: 0, patience: 'timed' } satisfies Request;

/** What may go wrong where requests for keys call timers and signals. */
export const keyedFaultPrograms: FaultProgram[] = [
  {
    program: {
      ...mutexes,
      name: 'the line of a key',
      requests: {
        H: { ...single('a'), ...tries },
        A: { ...single('a'), ...limited },
        B: { ...single('a'), signal: 1, patience: 'timed' },
        J: { ...joint('a', 'b'), patience: 'timed' },
        N: { ...single('a'), isInner: true },
        Z: { ...joint('a', 'b'), isInner: true },
      },
    },
    path: ['ask H', 'ask A', 'ask B', 'ask J', 'expire A', 'release H'],
    faults: ['throw', 'abort 0', 'abort 1', 'expire B', 'release H', 'cancel', 'cancelAll', 'cancelLock a', 'ask N'],
  },
  {
    program: {
      primitive: 'keyed',
      locks: ['mutex a', 'mutex b', 'mutex c'],
      name: 'the holder of a key leaves while a request joins',
      requests: {
        C: { ...single('c'), ...tries },
        H: { ...single('a'), ...tries },
        A: { ...single('a'), ...limited },
        J: { ...joint('b', 'a'), signal: 1 },
        N: { ...single('a'), isInner: true },
        Z: { ...single('a'), isInner: true },
      },
    },
    // A family uses the lock of its only busy key again and again, so another one is busy.
    path: ['ask C', 'ask H', 'ask A', 'ask J'],
    faults: ['release H', 'ask N', 'abort 1'],
  },
  {
    program: {
      ...semaphore,
      name: 'capacities that end waits',
      requests: {
        H: { ...single('s@3'), ...tries },
        A: { ...single('s@3*3'), ...limited },
        B: { ...joint('s@3*3', 'a'), signal: 1, patience: 'timed' },
        C: { ...single('s@2*2'), patience: 'timed' },
        N: { ...single('s@1'), isInner: true },
        Z: { ...joint('s@2*2', 'a'), isInner: true },
      },
    },
    path: ['ask H', 'ask A', 'ask B', 'ask C', 'release H'],
    faults: ['throw', 'abort 0', 'abort 1', 'expire A', 'release H', 'cancel', 'cancelAll', 'ask N'],
  },
];
