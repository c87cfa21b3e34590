import type { Protocol } from './machine.ts';
import type { Budget } from './state.ts';

/** A name, what may happen, and what is unusual about the clients. */
export type Program = [name: string, budget: Partial<Budget>, other?: Partial<Protocol>];

export const programs: Program[] = [
  ['time', { ticks: 2 }],
  ['a lost message and a repeat', { ticks: 1, losses: 1, repeats: 1 }],
  ['a command that arrives twice', { ticks: 1, duplicates: 1 }],
  ['a crash', { ticks: 1, crashes: 1, repeats: 1 }],
  ['a wait that is given up', { ticks: 1, leaves: 1 }],
  ['a renewal', { ticks: 1, renewals: 1 }],
  ['a restart with empty memory', { calls: 2, restarts: 1 }],
  ['two calls each', { calls: 2 }],
  ['permits of different sizes', { ticks: 1, leaves: 1 }, { capacity: 3, permits: [3, 1] }],
  ['a downgrade', { ticks: 1, leaves: 1, downgrades: 1 }, { capacity: 3, permits: [3, 1] }],
  ['a cluster, which counts no listeners', { ticks: 1, repeats: 1 }, { isCluster: true }],
  ['three clients', {}, { permits: [1, 1, 1] }],
  ['three clients, and a crash', { crashes: 1 }, { permits: [1, 1, 1] }],
  ['three clients, and a wait that is given up', { leaves: 1 }, { permits: [1, 1, 1] }],
  ['three clients and time', { ticks: 1 }, { permits: [1, 1, 1] }],
];
