import type { MapProgram } from './map/program.ts';
import type { Program } from './program.ts';
import type { Library } from './real-subject.ts';

type Line = typeof import('@valvekit/core/line');

/** The published names and those for authors of primitives, loaded for one defect. */
export interface Modules extends Library, Line {}

/** A change of a package's sources: a text that occurs in them exactly once, and its replacement. */
export type Edit = [packageName: string, search: string, replace: string];

/** A mistake that the exploration must find, and the program that shows it. */
export interface Defect {
  name: string;
  /**
   * Makes the modules behave as if their authors had made the mistake.
   *
   * @param afterwards - takes what restores anything outside of the modules
   */
  plant?: (modules: Modules, afterwards: (restore: () => void) => void) => void;
  /** For what cannot be done from outside the modules. A refactoring breaks them, so they are as short as possible. */
  edits?: Edit[];
  primitive: Program['primitive'] | MapProgram['primitive'];
  shownBy: string;
  /** Where the program is; default `callbacks`. */
  exploration?: 'callbacks' | 'promises' | 'faults' | 'map';
}
