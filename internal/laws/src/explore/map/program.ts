/**
 * One thing that happens: `next`, `return`, `source` (what the source was asked for arrives), `end 0` and `fail 0` (a call
 * of fn), `take` and `release` (by others), `capacity 2`, `abort`, `cancel`, `expire`.
 */
export type MapAction = string;

/** What reading a source comes to. After the last one it is silent. */
export type MapStep = 'item' | 'end' | 'throw';

/** What a call of fn comes to. */
export type MapCall = 'later' | 'value' | 'throw' | 'reject';

/** A small program around one `map` or `stream`, of which every order of its actions is tried. */
export interface MapProgram {
  name: string;
  primitive: 'map' | 'stream';
  /** Of the semaphore; default 1. */
  capacity?: number;
  /** How many permits others hold at the start; default 0. */
  taken?: number;
  source: MapStep[];
  /** `sync`: at once; `async`: a promise, which `source` settles. Default `sync`. */
  kind?: 'sync' | 'async';
  /** Default `later` for each. */
  calls?: MapCall[];
  ordered?: boolean;
  buffer?: number;
  priority?: number;
  isTimed?: boolean;
  hasSignal?: boolean;
  /** What an abort listener does that runs before ours. */
  early?: MapAction[];
  /** What may happen, each once, in any order. */
  actions: MapAction[];
}
