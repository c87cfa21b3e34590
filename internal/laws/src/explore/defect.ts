import type { Program } from './program.ts';

/** A change of a copy of the sources: a text that occurs exactly once, and its replacement. */
export type Edit = [file: string, search: string, replace: string];

/** A fault that the exploration must find, and the program that shows it. */
export interface Defect {
  name: string;
  edits: Edit[];
  primitive: Program['primitive'];
  shownBy: string;
}
