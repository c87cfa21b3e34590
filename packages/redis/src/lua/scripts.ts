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
  ask: { text: head + fastAsk + prelude + ask, sha: 'a152af95c8222796c1eb5238afc6b092a8079568' },
  release: { text: head + fastRelease + prelude + release, sha: 'e123b8ae061e09940795325eda1841ede7bd2d69' },
  renew: { text: head + prelude + renew, sha: 'a43493f3563c0d8a899d7112e2bd452a14083a5b' },
  state: { text: head + prelude + state, sha: 'a8dea76818c2634b0ebe4c938fb2d65f996e3209' },
};
