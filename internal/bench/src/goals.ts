import { ahead, bytes, flat, floor, type Goal, notBehind, type Peers, right, within, withinRow } from './goal.ts';
import { subjects } from './subjects.ts';

const everyPeer: Peers = { who: 'every peer', includes: () => true };

const whoseWaitersCanGiveUp: Peers = {
  who: 'every peer whose waiters can give up',
  includes: (peer) => subjects[peer]?.cancels === true,
};

const whoStarvesNobody: Peers = {
  who: 'every peer that starves neither readers nor writers',
  includes: (peer) => subjects[peer]?.starves === undefined,
};

const only = (...names: string[]): Peers => ({ who: names.join(' and '), includes: (peer) => names.includes(peer) });

const signals = ['newest', 'middle', 'oldest'].map((order) => `W5 signals, ${order} first`);
const timeouts = ['newest', 'middle', 'oldest'].map((order) => `W5 timeouts, ${order} first`);

/** All goals for valvekit. `reasons.md` says why some are not met. */
export const goals: readonly Goal[] = [
  floor('W1 lock', 1.1),
  floor('W1 acquire', 1.4),
  ahead('W1 lock', 1, everyPeer),
  ahead('W1 acquire', 1, everyPeer),

  floor('W2 sync', 0.7),
  floor('W2 async', 1),
  ahead('W2 sync', 1.5, everyPeer),
  ahead('W2 async', 1.5, everyPeer),

  floor('W3 contended', 1.25, { 1000000: 1.7 }),
  ahead('W3 contended', 1, whoseWaitersCanGiveUp),
  notBehind('W3 contended', 5),
  flat('W3 contended', 10_000, 1_000_000, 2, true),

  floor('W4 sandbox', 0.8, { 100000: 1.1 }),
  floor('W4 map', 2),
  ahead('W4 map', 2, only('p-map')),
  ahead('W4 map', 4, only('p-limit', 'p-queue')),

  ...signals.flatMap((row) => [floor(row, 1.15, { 100000: 1.25 }), flat(row, 10_000, 100_000, 1.5)]),
  ...timeouts.flatMap((row) => [floor(row, 1.2), flat(row, 10_000, 100_000, 1.5)]),
  ahead('W5 one signal', 16, everyPeer),
  flat('W5 one signal', 10_000, 100_000, 1.5),

  floor('W6 90/10', 1.15),
  floor('W6 50/50', 1.15),
  ahead('W6 90/10', 1, whoStarvesNobody),
  ahead('W6 50/50', 1, whoStarvesNobody),
  ahead('W6 callbacks', 1, whoStarvesNobody),
  within('W6 callbacks', 'locks', 1.3),

  floor('W7 barrier', 3),
  flat('W7 barrier', 10_000, 100_000, 1.5),
  ahead('W7 barrier', 30, only('locks', 'valvekit 0.2'), 10_000),

  floor('W8 to zero', 2.8),
  floor('W8 above zero', 2.8),

  floor('W9 tryLock', 1.1),
  floor('W9 lock(callback)', 2.6),
  floor('W9 queued callbacks', 6.4),
  within('W9 callbacks in a context', 'locks', 3),
  right('W9 chained callbacks', 1_000_000),

  flat('W10 3 priorities', 10_000, 100_000, 1.5),
  ahead('W10 3 priorities', 1, only('async-mutex', 'p-queue')),
  ahead('W10 1000 priorities', 1, only('async-mutex', 'p-queue')),
  withinRow('W10 falling priorities', 'W10 equal priorities', 5),

  ahead('W11 free', 1.33, only('async-lock')),
  ahead('W11 one key', 1, only('async-lock')),
  ahead('W11 many keys', 1, only('async-lock')),
  floor('W11 free', 0.8),
  floor('W11 one key', 0.8),
  floor('W11 many keys', 0.8),

  floor('W12 free', 2.2),

  bytes('M Mutex', 128),
  bytes('M Semaphore', 144),
  bytes('M ReadWriteLock', 200),
  bytes('M Barrier', 200),
  bytes('M ASemaphore', 176),
  bytes('M used key', 0),
  floor('M waiter', 1.3),
  floor('M waiter with a signal', 1.3),
  floor('M waiter with a timeout', 1.3),

  bytes('S Mutex', 2_300),
  bytes('S Semaphore', 2_800),
  bytes('S ReadWriteLock', 3_200),
  bytes('S Barrier', 2_250),
  bytes('S ASemaphore', 2_050),
  bytes('S KeyedLocks', 3_100),
  bytes('S the five', 5_300),
];
