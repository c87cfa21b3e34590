import { ask } from './ask.ts';
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
  ask: { text: prelude + ask, sha: '7df76e9a2ef7e7776733faf2aa8b45f5b207f196' },
  release: { text: prelude + release, sha: 'c7b0cc9c9222fc83185ab82cbc32d3ae12fe167a' },
  renew: { text: prelude + renew, sha: '1ffa3674472e4721986fce6db24a0c1eb17a81b9' },
  state: { text: prelude + state, sha: '8414e95ad5ba0fd0e3a797f959522a6b51493756' },
};
