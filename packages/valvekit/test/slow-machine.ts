// Makes the program that imports it run as on a busy machine, which stands still for a while after a timer has been
// set: what a program prints must not depend on which of two timers a few milliseconds apart fires first.
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const STANDSTILL = 60;

function standing<A extends unknown[], R>(setTimer: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    const timer = setTimer(...args);
    const end = performance.now() + STANDSTILL;
    while (performance.now() < end);
    return timer;
  };
}

Object.assign(globalThis, { setTimeout: standing(globalThis.setTimeout) });
Object.assign(timers, { setTimeout: standing(timers.setTimeout) });
syncBuiltinESMExports();
