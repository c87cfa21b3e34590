import type { Protocol } from './machine.ts';
import type { Budget } from './state.ts';

/** A fault in the texts that a server runs, or in how clients use it, that the exploration must find. */
export interface Mutant {
  readonly name: string;
  /** Text to replace, and by what. */
  readonly swap?: readonly [from: string, to: string];
  readonly protocol?: Partial<Protocol>;
  readonly budget: Partial<Budget>;
}
