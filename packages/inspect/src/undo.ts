import type { Guard } from '@valvekit/core';

/** A `Disposable`, by the shape that a guard has, so that a program needs no library for it. */
export interface Undo extends Omit<Guard, 'released' | 'release'> {}

/** Makes a `Disposable`, which does it once. */
export function undo(fn: () => void): Undo {
  let isDone = false;
  const dispose = (): void => {
    if (isDone) return;
    isDone = true;
    fn();
  };
  return { [symbolOf('dispose')]: dispose } as unknown as Undo;
}

/**
 * What `using` looks for. A program may define it after it has imported us. Where there is none, compiled `using` looks for
 * the other one.
 */
export function symbolOf(name: 'dispose' | 'asyncDispose'): symbol {
  return Symbol[name] ?? Symbol.for(`Symbol.${name}`);
}
