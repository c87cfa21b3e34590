import type { Acquirable, Guard, Lease, PermitOptions } from './acquirable.ts';

/** The ways to acquire a lock for which a call may have to wait. */
export const forms = ['acquire', 'sandbox'] as const;

export type Form = (typeof forms)[number];

/** One call of `acquire` or `sandbox`: what became of it, and how to release its hold. */
export class Call {
  /** Every outcome of the call. More than one is a fault. */
  readonly outcomes: ('granted' | 'refused')[] = [];
  reason: unknown = undefined;
  /** What `acquire` resolved to, or `sandbox` passed to its function. */
  hold: Guard | Lease | undefined = undefined;
  #release: (() => unknown) | undefined = undefined;

  constructor(lock: Acquirable<Guard | Lease, PermitOptions>, form: Form, options: PermitOptions | undefined) {
    if (form === 'acquire') this.#acquire(lock, options);
    else this.#sandbox(lock, options);
  }

  get outcome(): 'waiting' | 'granted' | 'refused' {
    return this.outcomes[0] ?? 'waiting';
  }

  get isInside(): boolean {
    return this.#release !== undefined;
  }

  /** Releases the hold, and waits until it is released. */
  async release(): Promise<void> {
    const release = this.#release;
    if (release === undefined) throw new Error(`Nothing to release: the call is ${this.outcome}`);
    this.#release = undefined;
    await release();
  }

  #acquire(lock: Acquirable<Guard | Lease, PermitOptions>, options: PermitOptions | undefined): void {
    void lock.acquire(options).then(
      (hold) => this.#grant(hold, () => hold.release()),
      (reason: unknown) => this.#refuse(reason),
    );
  }

  #sandbox(lock: Acquirable<Guard | Lease, PermitOptions>, options: PermitOptions | undefined): void {
    const fn = (lease?: Lease): Promise<void> =>
      new Promise((end) => {
        this.#grant(lease, () => {
          end();
          return sandbox;
        });
      });
    const sandbox = lock.sandbox(fn, options);
    sandbox.catch((reason: unknown) => this.#refuse(reason));
  }

  #grant(hold: Guard | Lease | undefined, release: () => unknown): void {
    this.outcomes.push('granted');
    this.hold = hold;
    this.#release = release;
  }

  #refuse(reason: unknown): void {
    this.outcomes.push('refused');
    this.reason = reason;
  }
}

export function outcomesOf(calls: readonly Call[]): string[] {
  return calls.map((call) => call.outcome);
}
