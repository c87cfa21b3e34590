import type { Command } from './state.ts';
import type { World } from './world.ts';

/** What a server has booked. */
export interface Books {
  readonly holds: readonly Booked[];
  /** In their order. */
  readonly line: readonly Waiting[];
  /** The permits in use, as the server has counted them. */
  readonly used: number;
  /** Ids of those who wait, as far as the server keeps them apart from the line. */
  readonly waiters: readonly string[];
}

interface Booked {
  readonly id: string;
  readonly permits: number;
  readonly token: number;
  readonly ends: number;
  /** Whether its holder has released it, and a fenced transaction kept it. It ends when the server looks at it again. */
  readonly isReleased: boolean;
}

export interface Waiting {
  readonly id: string;
  readonly place: number;
  readonly permits: number;
  /** Until when it counts as alive. */
  readonly alive: number;
  /** Whether it counts as dead when nobody listens for it. */
  readonly isCounted: boolean;
  readonly client: number;
}

/** What a server answers: of an ask, what became of it; else whether it knew the id. */
export interface Reply {
  readonly now: number;
  readonly verdict: string;
  /** Of a grant the token, else the place. */
  readonly token: number;
  readonly until: number;
  readonly length: number;
}

/** Everything that a client has to say about a command, beside what is in it. */
export interface Terms {
  readonly capacity: number;
  readonly permits: number;
  readonly lease: number;
  /** Whether a copy of its request may still arrive. */
  readonly mayArrive: boolean;
}

/** A server that runs the real texts. Its state is in the world. */
export interface ModelServer {
  /** Whether what a client sends first arrives first, as on one connection. */
  readonly keepsOrder: boolean;
  newWorld(now: number): World;
  /** Runs a command. Its messages are in `published`, as words: what, id, then the numbers. */
  serve(world: World, command: Command, terms: Terms): Reply | Promise<Reply>;
  books(world: World): Books;
  /** Forgets everything but the clock. */
  restart(world: World): void;
}
