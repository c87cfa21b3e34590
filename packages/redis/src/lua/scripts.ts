import { ask } from './ask.ts';
import { fastAsk, fastRelease } from './fast.ts';
import { head } from './head.ts';
import { prelude } from './prelude.ts';
import { release } from './release.ts';
import { renew } from './renew.ts';
import { state } from './state.ts';

/** One script, and the SHA-1 by which the server knows it. */
export interface Script {
  readonly text: string;
  /** A constant, so that no module of the runtime is needed to compute it. A test compares them. */
  readonly sha: string;
}

/** One script for each operation. */
export const scripts: Readonly<Record<'ask' | 'release' | 'renew' | 'state', Script>> = {
  ask: { text: head + fastAsk + prelude + ask, sha: 'd4d3ebe05eb607638ed382d11a6207e1fe6e2a8c' },
  release: { text: head + fastRelease + prelude + release, sha: '5881ae9919662385001a27a2bc5722f2d0e0b29e' },
  renew: { text: head + prelude + renew, sha: '22c03fa70bb6110096081c604d39ed605ba97237' },
  state: { text: head + prelude + state, sha: 'bd39621e495342b0f08a58afb3ec011ce2370cc5' },
};
