import type { Lease } from '../contract/lease.ts';
import { reasonOf } from '../contract/signal.ts';
import { type Member, Membership } from '../line/abort-hub.ts';
import type { WaiterQueue } from '../line/waiter-queue.ts';
import { adopt, drop, react } from '../runtime/thenable.ts';
import { type Advancing, follow } from './advancing.ts';

/** The function that is called on each item. */
export type Fn<T> = (item: T, index: number, lease?: Lease) => unknown;

/** Hears how its calls end. */
export interface Caller extends Advancing {
  onResult(value: unknown, index: number): void;
  onError(error: unknown, index: number): void;
  /** The hold of a call is lost. The call is still running. */
  onLoss(reason: unknown, index: number): void;
}

/**
 * A call of `fn` on one item, under a hold. The hold is given back when `fn` has ended; a result counts once that is done,
 * because it is then at the latest that a lease turns out to be lost.
 */
export class Call implements Member {
  readonly #caller: Caller;
  readonly #index: number;
  readonly #line: WaiterQueue<unknown>;
  readonly #held: unknown;
  #membership: Membership | undefined;

  /** @param held - what `line` takes back at the end */
  constructor(caller: Caller, index: number, line: WaiterQueue<unknown>, held: unknown) {
    this.#caller = caller;
    this.#index = index;
    this.#line = line;
    this.#held = held;
    this.#membership = undefined;
  }

  /** Calls `fn`. The caller hears of the end before this returns, unless `fn` returns a promise. */
  start<T>(fn: Fn<T>, item: T): void {
    try {
      const result = isLease(this.#held) ? fn(item, this.#index, this.#watched(this.#held)) : fn(item, this.#index);
      const promise = adopt(result);
      if (promise === undefined) this.#succeed(result);
      else {
        // What `follow` does, without its two more closures: they would make each item a tenth slower.
        void react(
          promise,
          (value) => {
            this.#caller.isAdvancing = true;
            this.#succeed(value);
            this.#caller.goOn();
          },
          (error) => {
            this.#caller.isAdvancing = true;
            this.#fail(error);
            this.#caller.goOn();
          },
        );
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  // As a member of the hub of the lease's signal.
  get line(): this {
    return this;
  }

  giveUp(): void {
    this.#caller.onLoss(reasonOf((this.#membership as Membership).signal), this.#index);
  }

  drain(): void {}

  #watched(lease: Lease): Lease {
    const { signal } = lease;
    if (signal.aborted) throw reasonOf(signal);
    this.#membership = new Membership(this, signal);
    return lease;
  }

  #succeed(value: unknown): void {
    const released = this.#release();
    if (released === undefined) this.#caller.onResult(value, this.#index);
    else {
      follow(
        this.#caller,
        released as Promise<unknown>,
        () => this.#caller.onResult(value, this.#index),
        (error) => this.#caller.onError(error, this.#index),
      );
    }
  }

  #fail(error: unknown): void {
    this.#caller.onError(error, this.#index);
    drop(this.#release());
  }

  #release(): unknown {
    this.#membership?.leave();
    return this.#line.giveBack(this.#held);
  }
}

// What a line of this thread takes back is the request, which is no lease.
function isLease(held: unknown): held is Lease {
  return typeof held === 'object' && held !== null && 'signal' in held;
}
