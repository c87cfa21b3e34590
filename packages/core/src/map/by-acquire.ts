import type { Acquirable } from '../contract/acquirable.ts';
import type { Guard } from '../contract/guard.ts';
import type { Lease } from '../contract/lease.ts';
import type { Terms } from '../contract/options.ts';
import { reasonOf, type SignalShape } from '../contract/signal.ts';
import { joinHub, leaveHub, type Member } from '../line/abort-hub.ts';
import { adopt, react } from '../runtime/thenable.ts';
import type { Held, Holds, Run } from './holds.ts';

/** Holds of any other lock, by its own `acquire`. */
export class ByAcquire implements Holds {
  readonly #run: Run;
  readonly #lock: Acquirable;
  readonly #options: { timeout: number; priority: number; signal: AbortSignal };
  readonly #controller = new AbortController();
  latest: Acquired | undefined;

  constructor(run: Run, lock: Acquirable, { timeout, priority }: Terms) {
    this.#run = run;
    this.#lock = lock;
    this.#options = { timeout, priority, signal: this.#controller.signal };
  }

  ask(): boolean {
    void react(
      Promise.resolve(this.#lock.acquire(this.#options)),
      (hold) => {
        this.latest = new Acquired(this.#run, hold as Guard | Lease);
        this.#run.granted();
      },
      (reason) => this.#run.refused(reason),
    );
    return false;
  }

  giveUp(): void {
    this.#controller.abort();
  }

  release(hold: Acquired): Promise<unknown> | undefined {
    return hold.release();
  }

  leave(): void {}
}

/** A guard or a lease. A lease's signal tells of its loss. */
class Acquired implements Held, Member {
  readonly #run: Run;
  readonly #hold: Guard | Lease;
  #index = 0;

  constructor(run: Run, hold: Guard | Lease) {
    this.#run = run;
    this.#hold = hold;
  }

  use(index: number): Lease | undefined {
    const signal = this.#signal;
    if (signal === undefined) return undefined;
    if (signal.aborted) throw reasonOf(signal);
    this.#index = index;
    joinHub(this, signal);
    return this.#hold as Lease;
  }

  release(): Promise<unknown> | undefined {
    const signal = this.#signal;
    if (signal !== undefined) leaveHub(this, signal);
    try {
      return adopt(this.#hold.release());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  // As a member of the hub of the lease's signal.
  get line(): this {
    return this;
  }

  giveUp(): void {}

  drain(): void {
    this.#run.lost(reasonOf(this.#signal as SignalShape), this.#index);
  }

  get #signal(): SignalShape | undefined {
    return (this.#hold as Partial<Lease>).signal;
  }
}
