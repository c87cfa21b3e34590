import type { Admit, GiveBack } from '@valvekit/core/line';
import type { Modules } from './defect.ts';

interface ClassOf<T> {
  readonly name: string;
  readonly prototype: T;
}

type Replacement<T, Method> = Method extends (...args: infer Args) => infer Result
  ? (this: T, original: (...args: Args) => Result, ...args: Args) => Result
  : never;

/** A policy whose functions need no `this`. */
export interface Policy<Request> {
  admit: Admit<Request>;
  giveBack: GiveBack<Request>;
}

/** Replaces a method. The replacement is given the original, and then what the method is called with. */
export function patch<T, Name extends keyof T & string>(
  { name, prototype }: ClassOf<T>,
  method: Name,
  replacement: Replacement<T, T[Name]>,
): void {
  const original: unknown = prototype[method];
  if (typeof original !== 'function') throw new Error(`${name} has no method ${method}()`);
  const value = function (this: T, ...args: unknown[]): unknown {
    return Reflect.apply(replacement, this, [original.bind(this), ...args]);
  };
  Object.defineProperty(prototype, method, { value, writable: true, configurable: true });
}

/** Changes the policy of every lock that is made from now on. */
export function patchPolicy<Owner, Request>(
  { WaiterQueue, replaceWaiterQueue }: Modules,
  change: (policy: Policy<Request>, owner: Owner) => Partial<Policy<Request>>,
): void {
  class Changed extends WaiterQueue<Request> {
    constructor(owner: Owner, admit: Admit<Request>, giveBack: GiveBack<Request>) {
      const policy = { admit: admit.bind(owner), giveBack: giveBack.bind(owner) };
      const changed = { ...policy, ...change(policy, owner) };
      super(owner as never, changed.admit, changed.giveBack);
    }
  }
  replaceWaiterQueue(Changed as never);
}

/** Runs a function while one method of an object does nothing. */
export function without<T extends object>(object: T, method: keyof T, run: () => void): void {
  Object.defineProperty(object, method, { value() {}, configurable: true });
  try {
    run();
  } finally {
    Reflect.deleteProperty(object, method);
  }
}
