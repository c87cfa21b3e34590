import type { Entrance } from '@valvekit/core/line';
import type { Method } from './place.ts';

export type Line = Entrance<unknown>['line'];

/** What to do around a method of a line. */
export interface Step {
  /** Before it is called. */
  before?(...args: unknown[]): void;
  /** After it has returned. */
  after?(result: unknown, ...args: unknown[]): void;
}

/** A line in front of a line: whoever enters through it is observed, all others are not. */
export function observe(line: Line, steps: Readonly<Record<PropertyKey, Step>>): Line {
  return new Proxy(line, {
    get(target, name) {
      // The line itself is `this`: it has private members.
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const step = steps[name];
        step?.before?.(...args);
        const result = (member as Method).apply(target, args);
        step?.after?.(result, ...args);
        return result;
      };
    },
  });
}
