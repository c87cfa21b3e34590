import type { PermitOptions } from '@valvekit/core';
import {
  type AskingVerb,
  admit,
  bothForms,
  type GuardVerb,
  giveBack,
  Hold,
  type Policy,
  type Queued,
  verb,
  WaiterQueue,
  waitersOf,
} from '@valvekit/core/line';

export type PermitVerb = AskingVerb<unknown, number, PermitOptions>;

const permitsOf = (_: unknown, options?: PermitOptions): number => options?.permits ?? 1;

export const ENTER: PermitVerb = verb('enter', permitsOf);
export const TAKE: PermitVerb = verb('take', permitsOf, true);
export const SANDBOX: PermitVerb = verb('sandbox', permitsOf);
export const ACQUIRE: GuardVerb<unknown, number, PermitOptions, Hold<number>> = {
  ...verb('acquire', permitsOf),
  Guard: Hold<number>,
};
/** Verbs by their rank. */
export const RANKED: readonly PermitVerb[] = [
  ENTER,
  verb('first', permitsOf, false, 1),
  verb('very first', permitsOf, false, 2),
];

type Callback = (error?: unknown) => void;

/** The smallest lock: it has permits, and a request is how many of them it asks for. */
export class Permits implements Policy<number> {
  readonly name: string | undefined;
  free: number;
  /** What the policy was asked. */
  readonly asked: number[] = [];
  readonly line: WaiterQueue<number> = new WaiterQueue<number>(this);

  constructor(free: number, name?: string) {
    this.free = free;
    this.name = name;
  }

  get [Symbol.toStringTag](): string {
    return 'Permits';
  }

  [admit](request: number): boolean {
    this.asked.push(request);
    if (request > this.free) return false;
    this.free -= request;
    return true;
  }

  [giveBack](request: number): void {
    this.free += request;
  }

  /** Asks with a callback. */
  ask(callback: Callback, options?: PermitOptions, by: PermitVerb = ENTER): void {
    void bothForms(this.line, by, undefined, callback, options);
  }

  /** Asks with a callback, and returns the waiter. */
  wait(callback: Callback, options?: PermitOptions, by?: PermitVerb): Queued<number> {
    const before = new Set(waitersOf(this.line));
    this.ask(callback, options, by);
    const waiter = waitersOf(this.line).find((each) => !before.has(each));
    if (waiter === undefined) throw new Error('It did not have to wait');
    return waiter;
  }

  /** Ends a wait. */
  end(waiter: Queued<number>, reason: unknown): void {
    this.line.giveUp(waiter, reason);
    this.line.moveUp();
  }
}
