import { rest } from '../rest.ts';
import { type Request, serveAll } from './request.ts';

/** Three requests that wait for a lock, one of which is about to give up. */
export interface Wait {
  readonly requests: readonly Request[];
  /** How many of them are admitted together. */
  readonly batch: number;
  /** Releases the hold that they wait for. */
  free(): void;
  leave(): void;
}

/** When a waiter gives up. */
export interface Moment {
  readonly name: string;
  /** Whether the hold that the three wait for lasts beyond the moment. */
  readonly isHeld: boolean;
  /** Lets one of the three give up at this moment. Returns the requests that had been granted before. */
  play(wait: Wait): Promise<readonly Request[]>;
}

export const moments: readonly Moment[] = [
  {
    name: 'in the turn of the call',
    isHeld: true,
    async play({ leave }) {
      leave();
      return [];
    },
  },
  {
    name: 'after a microtask',
    isHeld: true,
    async play({ leave }) {
      await Promise.resolve();
      leave();
      return [];
    },
  },
  {
    name: 'after a macrotask',
    isHeld: true,
    async play({ leave }) {
      await rest();
      leave();
      return [];
    },
  },
  {
    name: 'in the turn of the grant, before it',
    isHeld: false,
    async play({ free, leave }) {
      leave();
      free();
      return [];
    },
  },
  {
    name: 'in the turn of the grant, after it',
    isHeld: false,
    async play({ requests, batch, free, leave }) {
      free();
      leave();
      return requests.slice(0, batch);
    },
  },
  {
    name: 'after it resumed',
    isHeld: false,
    async play({ requests, batch, free, leave }) {
      free();
      await rest();
      leave();
      return requests.slice(0, batch);
    },
  },
  {
    name: 'after it released',
    isHeld: false,
    async play({ requests, free, leave }) {
      free();
      const served = await serveAll(requests);
      leave();
      return served;
    },
  },
];
