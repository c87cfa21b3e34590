import type { FaultProgram } from '../faults.ts';
import type { Program, Request } from '../program.ts';

const joint = (...wants: string[]) => ({ wants }) satisfies Request;
/** A request for one lock by its own method, with a callback. */
const single = (want: string) => ({ wants: [want], isSingle: true, form: 'callback' }) satisfies Request;
const tries = { form: 'tryGuard' } satisfies Request;
const inside = { form: 'inside' } satisfies Request;

const twoMutexes = { primitive: 'several', locks: ['mutex a', 'mutex b'] } as const;
const threeMutexes = { primitive: 'several', locks: ['mutex a', 'mutex b', 'mutex c'] } as const;
const permits = { primitive: 'several', locks: ['semaphore s 2', 'mutex a'] } as const;
const fair = { primitive: 'several', locks: ['rwlock r fair', 'mutex a'] } as const;
const readers = { primitive: 'several', locks: ['rwlock r readers', 'mutex a'] } as const;

/** Requests for several locks, among others for one. */
export const severalPrograms: Program[] = [
  {
    ...twoMutexes,
    name: 'two joint requests among single ones',
    requests: { A: single('a'), J: joint('a', 'b'), B: single('b'), K: joint('b', 'a') },
  },
  {
    ...twoMutexes,
    name: 'signals of their own',
    requests: { A: single('a'), J: { ...joint('a', 'b'), signal: 0 }, B: { ...single('b'), signal: 1 } },
  },
  {
    ...twoMutexes,
    name: 'a shared signal',
    requests: {
      A: single('a'),
      J: { ...joint('a', 'b'), signal: 0 },
      K: { ...joint('b', 'a'), signal: 0 },
      B: { ...single('b'), signal: 0 },
    },
  },
  {
    ...twoMutexes,
    name: 'timers',
    requests: {
      A: single('a'),
      J: { ...joint('a', 'b'), patience: 'timed' },
      B: { ...single('b'), patience: 'timed' },
    },
  },
  {
    ...twoMutexes,
    name: 'requests that do not wait',
    requests: {
      A: single('a'),
      J: { ...joint('a', 'b'), signal: 0 },
      K: { ...joint('b', 'a'), patience: 'impatient' },
      T: { ...joint('b'), ...tries },
    },
  },
  {
    ...threeMutexes,
    name: 'a circle of three locks',
    requests: { J: joint('a', 'b'), K: joint('b', 'c'), L: joint('c', 'a') },
  },
  {
    ...threeMutexes,
    name: 'a circle of three locks that may break',
    requests: { J: joint('a', 'b'), K: { ...joint('b', 'c'), signal: 0 }, L: joint('c', 'a', 'b') },
  },
  {
    ...threeMutexes,
    name: 'three locks, each held by another',
    requests: { A: single('a'), B: single('b'), C: single('c'), J: joint('a', 'b', 'c') },
  },
  {
    ...threeMutexes,
    name: 'a line behind a joint request moves up when it ends',
    requests: { A: single('a'), J: { ...joint('a', 'b', 'c'), signal: 0 }, K: joint('b', 'c'), C: single('c') },
  },
  {
    ...twoMutexes,
    name: 'a lock that is named twice',
    requests: { A: single('a'), J: joint('a', 'b', 'a'), K: joint('b', 'b') },
  },
  {
    ...twoMutexes,
    name: 'lists of one and of none',
    requests: { A: single('a'), J: joint('a'), N: joint(), O: { ...joint(), ...tries } },
  },
  {
    ...twoMutexes,
    name: 'priorities',
    requests: {
      A: single('a'),
      J: { ...joint('a', 'b'), priority: -1 },
      B: single('b'),
      K: { ...joint('b', 'a'), priority: 1 },
    },
  },
  {
    ...permits,
    name: 'weights',
    requests: { S: single('s'), J: joint('s*2', 'a'), A: single('a'), K: joint('a', 's') },
  },
  {
    ...permits,
    name: 'permits that add up, and more than there are',
    requests: { S: single('s'), J: joint('s', 'a', 's'), K: joint('s', 's*2'), L: joint('a', 's*3') },
  },
  {
    ...permits,
    name: 'a large joint request at the head that may abort',
    requests: { S: single('s'), J: { ...joint('a', 's*2'), signal: 0 }, T: single('s'), A: single('a') },
  },
  {
    ...permits,
    name: 'a large request at the head of one line that may abort',
    requests: { S: single('s'), L: { ...single('s*2'), signal: 0 }, J: joint('s', 'a'), A: single('a') },
  },
  {
    ...permits,
    name: 'a capacity that changes',
    requests: { S: single('s'), J: joint('s*2', 'a'), A: single('a') },
    extras: ['capacity s=1', 'capacity s=3'],
  },
  {
    ...permits,
    name: 'a pause',
    requests: { J: joint('s*2', 'a'), K: { ...joint('a', 's'), signal: 0 } },
    extras: ['capacity s=0', 'capacity s=2'],
  },
  {
    ...fair,
    name: 'readers and writers',
    requests: { R: single('r.read'), J: joint('r.read', 'a'), W: joint('a', 'r.write'), A: single('a') },
  },
  {
    ...fair,
    name: 'a writer that waits for another lock, too, and may abort',
    requests: { A: single('a'), W: { ...joint('r.write', 'a'), signal: 0 }, R: single('r.read'), J: joint('r.read') },
  },
  {
    ...fair,
    name: 'an upgrade in one of the lines',
    requests: {
      U: { wants: ['r.upgradable'], isSingle: true },
      R: single('r.read'),
      G: { form: 'upgrade', of: 'U', signal: 0 },
      J: joint('r.read', 'a'),
    },
  },
  {
    ...fair,
    name: 'an upgrade that passes a joint request',
    requests: {
      A: single('a'),
      J: joint('a', 'r.write'),
      U: { wants: ['r.upgradable'], isSingle: true },
      G: { form: 'upgrade', of: 'U' },
    },
  },
  {
    ...fair,
    name: 'a writer that downgrades',
    requests: { W: { wants: ['r.write'], isSingle: true }, J: joint('r.read', 'a'), R: joint('r.write') },
    extras: ['downgrade W'],
  },
  {
    ...readers,
    name: 'readers first, except for those who want another lock, too',
    requests: { A: single('a'), J: joint('r.read', 'a'), W: single('r.write'), R: single('r.read') },
  },
  {
    ...readers,
    name: 'readers first, and joint requests of both kinds',
    requests: { A: single('a'), J: joint('r.write', 'a'), K: joint('a', 'r.read'), R: single('r.read') },
  },
  {
    ...readers,
    name: 'readers first, with a signal and a try',
    requests: {
      A: single('a'),
      J: { ...joint('r.write', 'a'), signal: 0 },
      R: { ...single('r.read'), signal: 0 },
      T: { ...joint('r.read', 'a'), ...tries },
    },
  },
  {
    ...permits,
    name: 'a listener before ours releases the holder',
    listeners: [{ signal: 0, does: ['release H'] }],
    requests: { H: single('s'), L: { ...single('s*2'), signal: 0 }, J: joint('a', 's'), A: single('a') },
  },
  {
    ...twoMutexes,
    name: 'a listener before ours releases the last lock that a joint request waits for',
    listeners: [{ signal: 0, does: ['release H'] }],
    requests: { H: single('a'), J: { ...joint('a', 'b'), signal: 0 }, K: joint('b', 'a') },
  },
  {
    ...permits,
    name: 'a listener before ours stops the event',
    listeners: [{ signal: 0, stops: true }],
    requests: {
      S: single('s'),
      L: { ...single('s*2'), signal: 0 },
      J: joint('a', 's'),
      T: { ...joint('a'), ...tries },
    },
  },
  {
    ...permits,
    name: 'a listener before ours stops the event, and a joint request joins',
    listeners: [{ signal: 0, stops: true }],
    requests: { S: single('s'), L: { ...single('s*2'), signal: 0 }, A: single('a'), J: joint('a', 's') },
  },
  {
    ...permits,
    name: 'an aborted joint request is found by others',
    listeners: [{ signal: 0, stops: true }],
    requests: {
      S: single('s'),
      J: { ...joint('s*2', 'a'), signal: 0 },
      K: joint('a', 's'),
      T: { ...joint('s', 'a'), ...tries },
    },
  },
  {
    ...permits,
    name: 'an aborted joint request is found by single ones',
    listeners: [{ signal: 0, stops: true }],
    requests: { S: single('s'), J: { ...joint('s*2', 'a'), signal: 0 }, A: single('a'), T: single('s') },
  },
  {
    ...twoMutexes,
    name: 'each lock is canceled',
    requests: { A: single('a'), J: joint('a', 'b'), B: single('b') },
    extras: ['cancelLock a', 'cancelLock b'],
  },
  {
    ...permits,
    name: 'a cancel of a line that would move up when its head has gone',
    requests: { S: single('s'), A: single('a'), J: joint('s*2', 'a'), K: joint('a', 's') },
    extras: ['cancelLock s'],
  },
  {
    ...twoMutexes,
    name: 'a holder releases and asks inside its grant',
    requests: {
      A: single('a'),
      J: { ...joint('a', 'b'), onGrant: ['release J', 'ask K'] },
      B: { ...single('b'), onGrant: ['release B'] },
      K: { ...joint('b', 'a'), isInner: true },
    },
  },
  {
    ...twoMutexes,
    name: 'a refusal asks, and another cancels',
    requests: {
      A: single('a'),
      J: { ...joint('a', 'b'), signal: 0, onRefusal: ['ask K'] },
      B: { ...single('b'), signal: 0, onRefusal: ['cancelLock a'] },
      K: { ...joint('b', 'a'), isInner: true },
    },
  },
  {
    ...twoMutexes,
    name: 'a refusal releases the holder',
    requests: {
      H: single('a'),
      J: { ...joint('a', 'b'), signal: 0, onRefusal: ['release H'] },
      K: { ...joint('b', 'a'), signal: 0 },
      L: joint('a', 'b'),
    },
  },
  {
    ...twoMutexes,
    name: 'sandboxes whose functions ask and abort',
    requests: {
      A: single('a'),
      J: { ...joint('a', 'b'), ...inside, onGrant: ['ask K', 'abort 0'] },
      B: { ...single('b'), signal: 0 },
      K: { ...joint('b', 'a'), ...inside, isInner: true },
    },
  },
  {
    ...twoMutexes,
    name: 'callbacks that throw',
    requests: {
      A: single('a'),
      J: joint('a', 'b'),
      B: { ...single('b'), onGrant: ['throw'] },
      C: { ...single('a'), onGrant: ['release J', 'throw'] },
    },
  },
  {
    ...threeMutexes,
    name: 'one release that lets three in, who release at once',
    requests: {
      H: joint('a', 'b', 'c'),
      A: { ...single('a'), onGrant: ['release A'] },
      B: { ...joint('b'), onGrant: ['release B'] },
      J: { ...joint('a', 'c'), ...inside },
    },
  },
];

/** Larger ones, for a longer search. */
export const deepSeveralPrograms: Program[] = [
  {
    ...threeMutexes,
    name: 'a circle of three locks, with limits and single requests',
    requests: {
      A: { ...single('a'), signal: 0 },
      J: { ...joint('a', 'b'), signal: 0 },
      K: { ...joint('b', 'c'), patience: 'timed' },
      L: joint('c', 'a'),
      C: single('c'),
    },
  },
  {
    primitive: 'several',
    locks: ['semaphore s 2', 'rwlock r readers', 'mutex a'],
    name: 'a lock of each kind, readers first',
    requests: {
      S: single('s'),
      R: single('r.read'),
      J: { ...joint('s*2', 'r.read', 'a'), signal: 0 },
      W: { ...joint('a', 'r.write'), signal: 0 },
      K: joint('r.read', 's'),
    },
  },
  {
    primitive: 'several',
    locks: ['semaphore s 3', 'rwlock r fair', 'mutex a'],
    name: 'a lock of each kind, and a capacity that changes',
    listeners: [{ signal: 0, does: ['release S'] }],
    requests: {
      S: single('s'),
      J: { ...joint('s*3', 'r.read'), signal: 0, onRefusal: ['ask K'] },
      L: { ...single('s*2'), signal: 0 },
      W: joint('r.write', 's', 'a'),
      K: { ...joint('a', 's'), isInner: true },
    },
    extras: ['capacity s=2', 'cancelLock r'],
  },
];

/** Requests whose promises are followed microtask by microtask. */
export const severalPromisePrograms: Program[] = [
  {
    ...twoMutexes,
    name: 'guards of two locks',
    requests: {
      A: { ...single('a'), form: 'promise' },
      J: { ...joint('a', 'b'), form: 'acquire', signal: 0 },
      B: { wants: ['b'], isSingle: true, form: 'acquire' },
    },
  },
  {
    ...twoMutexes,
    name: 'sandboxes of two locks',
    requests: {
      J: { ...joint('a', 'b'), form: 'sandbox' },
      K: { ...joint('b', 'a'), form: 'sandbox', patience: 'timed' },
      B: { wants: ['b'], isSingle: true, form: 'acquire' },
    },
  },
  {
    ...permits,
    name: 'guards of permits and a mutex, and a cancel',
    requests: {
      J: { ...joint('s*2', 'a'), form: 'acquire' },
      K: { ...joint('a', 's'), form: 'acquire', signal: 0 },
      S: { wants: ['s'], isSingle: true, form: 'acquire' },
    },
    extras: ['cancelLock s'],
  },
];

const limited = { signal: 0, patience: 'timed' } satisfies Request;

/** What may go wrong where joint requests call timers and signals. */
export const severalFaultPrograms: FaultProgram[] = [
  {
    program: {
      ...twoMutexes,
      name: 'joint requests behind a joint holder',
      requests: {
        H: { ...joint('a', 'b'), ...tries },
        J: { ...joint('a', 'b'), ...limited },
        A: { ...single('a'), signal: 1, patience: 'timed' },
        K: { ...joint('b', 'a'), patience: 'timed' },
        N: { ...joint('b', 'a'), isInner: true },
        Z: { ...joint('a', 'b'), isInner: true },
      },
    },
    path: ['ask H', 'ask J', 'ask A', 'ask K', 'expire J', 'release H', 'release A'],
    faults: ['throw', 'abort 0', 'abort 1', 'expire A', 'release H', 'cancel', 'cancelLock b', 'ask N'],
  },
  {
    program: {
      ...permits,
      name: 'an aborted head in another line',
      listeners: [{ signal: 0, stops: true }],
      requests: {
        H: { ...joint('a', 's'), ...tries },
        L: { ...single('s*2'), ...limited },
        J: { ...joint('a', 's'), signal: 1, patience: 'timed' },
        K: { ...joint('s*2', 'a'), signal: 1 },
        N: { ...joint('s', 'a'), isInner: true },
        Z: { ...joint('a', 's*2'), isInner: true },
      },
    },
    path: ['ask H', 'ask L', 'ask J', 'ask K', 'abort 0', 'release H', 'release L'],
    faults: ['throw', 'abort 1', 'expire J', 'release H', 'cancel', 'cancelLock a', 'ask N', 'capacity s=2'],
  },
];
