import type { Acquirable } from '../contract/acquirable.ts';
import type { Guard } from '../contract/guard.ts';
import type { Lease } from '../contract/lease.ts';
import type { Terms } from '../contract/options.ts';
import { adopt, react } from '../runtime/thenable.ts';
import type { Holds, Run } from './holds.ts';

/** Holds of any other lock, by its own `acquire`. */
export class ByAcquire implements Holds {
  readonly #run: Run;
  readonly #lock: Acquirable;
  readonly #options: { timeout: number; priority: number; signal: AbortSignal };
  readonly #controller = new AbortController();
  latest: Guard | Lease | undefined;

  constructor(run: Run, lock: Acquirable, { timeout, priority }: Terms) {
    this.#run = run;
    this.#lock = lock;
    this.#options = { timeout, priority, signal: this.#controller.signal };
  }

  ask(): boolean {
    void react(
      Promise.resolve(this.#lock.acquire(this.#options)),
      (hold) => {
        this.latest = hold as Guard | Lease;
        this.#run.granted();
      },
      (reason) => this.#run.refused(reason),
    );
    return false;
  }

  giveUp(): void {
    this.#controller.abort();
  }

  release(hold: Guard | Lease): Promise<unknown> | undefined {
    return adopt(hold.release());
  }

  watch(hold: Guard | Lease, lost: (reason: unknown) => void): void {
    if (!('signal' in hold)) return;
    const { signal } = hold;
    const onAbort = (): void => lost(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  }

  leave(): void {}
}
