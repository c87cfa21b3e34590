import type { Reply } from './model-server.ts';
import type { World } from './world.ts';

/** What may still happen in a run, so that there is an end to it. */
export interface Budget {
  /** Calls of each client. */
  calls: number;
  /** Steps of a third of a lease. */
  ticks: number;
  repeats: number;
  renewals: number;
  /** Holds that go down to one permit. */
  downgrades: number;
  /** Waits that are given up. */
  leaves: number;
  crashes: number;
  /** Messages to clients that are lost. */
  losses: number;
  /** Commands that arrive twice. */
  duplicates: number;
  /** Restarts of the server with empty memory. */
  restarts: number;
  /** Fenced transactions. */
  fences: number;
}

export const nothing: Budget = {
  calls: 1,
  ticks: 0,
  repeats: 0,
  renewals: 0,
  downgrades: 0,
  leaves: 0,
  crashes: 0,
  losses: 0,
  duplicates: 0,
  restarts: 0,
  fences: 0,
};

/** One client: what it knows. Times are in microseconds. */
export interface Client {
  phase: 'idle' | 'asking' | 'holding' | 'dead';
  calls: number;
  id: string;
  place: string;
  permits: number;
  deadline: number;
  token: number;
  /** The last reading of the server's clock, and when it was asked for. */
  sample: { now: number; asked: number } | undefined;
}

export interface Command {
  readonly op: 'ask' | 'release' | 'renew' | 'downgrade';
  readonly client: number;
  readonly id: string;
  readonly asked: number;
  readonly place: string;
  /** Of a release: whether a copy of its request may still arrive. */
  readonly mayArrive?: boolean;
}

/** What is on its way to a client. */
export type Message =
  | { readonly kind: 'answer'; readonly command: Command; readonly reply: Reply }
  | { readonly kind: 'push'; readonly client: number; readonly text: string };

/** Everything at one moment. Plain data. */
export interface State {
  world: World;
  clients: Client[];
  commands: Command[];
  messages: Message[];
  budget: Budget;
  lastToken: number;
  /** Ids that the server has been told to forget. */
  released: string[];
}

export function copy(state: State): State {
  return JSON.parse(JSON.stringify(state)) as State;
}
