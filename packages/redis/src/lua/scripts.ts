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
  ask: { text: head + fastAsk + prelude + ask, sha: '3117b92afd08bd62a37c3d73e6636a2ed7769c00' },
  release: { text: head + fastRelease + prelude + release, sha: 'cb73137efae08fdc936c30a32fa74b7ca410d268' },
  renew: { text: head + prelude + renew, sha: 'f6db0133dcf68102a11d0da2733425c728b7b918' },
  state: { text: head + prelude + state, sha: '30924e96960bab4033fab9b6f94c7978c680768f' },
};
