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
  ask: { text: head + fastAsk + prelude + ask, sha: '13585acde45823adb8595af26b3356449b1e78e6' },
  release: { text: head + fastRelease + prelude + release, sha: '338264a5fb19ce612310f35b1287cc99dd1eb1cd' },
  renew: { text: head + prelude + renew, sha: '22aa302e52bdd425cb303b0bf1c73f5b5af077cf' },
  state: { text: head + prelude + state, sha: '002e80ad2577601652ec21f360aa64e378928f3b' },
};
