import type { Action } from './program.ts';

/** A primitive, real or modeled, as a world sees it. */
export interface Subject {
  ask(id: string, told: (refusal?: string) => void): void;
  try(id: string): boolean;
  release(id: string): void;
  /** Releases a spent guard. */
  again(id: string): void;
  abort(signal: number): void;
  expire(id: string): void;
  cancel(): void;
  /** Releases more than the bare verbs took. */
  over(): void;
  /** What only this primitive can do. */
  other(action: Action): void;
  state(): string;
  /** The timers and listeners in use. */
  resources(): string;
}

/** What a subject may call in its world. */
export interface Host {
  /** Runs the listeners that come before the primitive's own; returns true if they prevent it from running. */
  early(signal: number): boolean;
  report(error: unknown): void;
  fire(args: string): void;
}
