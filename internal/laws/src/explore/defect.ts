import type { Program } from './program.ts';

/** A change of a copy of the sources: text that is there exactly once, and what stands there instead. */
export type Edit = [file: string, search: string, replace: string];

/** A fault that the exploration must find, and the program that shows it. */
export interface Defect {
  name: string;
  edits: Edit[];
  primitive: Program['primitive'];
  shownBy: string;
}
