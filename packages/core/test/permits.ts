import type { PermitOptions } from '@valvekit/core';
import { type AskingVerb, Hold, type Named, readWaitOptions, type Verb, WaiterQueue } from '@valvekit/core/line';

type PermitVerb = AskingVerb<unknown, number, PermitOptions>;

/** A verb that asks for permits. */
export function verb(name: string, more: Partial<Verb> = {}): PermitVerb {
  return {
    name,
    rank: 0,
    isBare: false,
    terms: readWaitOptions,
    request: (_, options) => options?.permits ?? 1,
    ...more,
  };
}

export const ENTER: PermitVerb = verb('enter');
export const TAKE: PermitVerb = verb('take', { isBare: true });
export const ACQUIRE = { ...verb('acquire'), Guard: Hold<number> };

/** The smallest lock: it has permits, and a request is how many of them it asks for. */
export class Permits implements Named {
  readonly name: string | undefined;
  free: number;
  /** What the policy was asked. */
  readonly asked: number[] = [];
  readonly line: WaiterQueue<number> = new WaiterQueue<number>(this, this.admit, this.giveBack);

  constructor(free: number, name?: string) {
    this.free = free;
    this.name = name;
  }

  get [Symbol.toStringTag](): string {
    return 'Permits';
  }

  admit(request: number): boolean {
    this.asked.push(request);
    if (request > this.free) return false;
    this.free -= request;
    return true;
  }

  giveBack(request: number): void {
    this.free += request;
  }
}
