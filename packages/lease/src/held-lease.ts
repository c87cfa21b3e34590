import { InvalidStateError } from '@valvekit/core';
import type { FencedLease, WriteLease } from './contract.ts';
import { makeDisposable } from './disposable.ts';
import type { Grant } from './grant.ts';

// Where Node, Bun and Deno look for an object's own view in `console.log`.
const inspection: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

// A lease that is collected unreleased is no longer renewed, so it heals after its time. Nothing that the registry keeps
// leads back to the lease.
const leaked = /* @__PURE__ */ new FinalizationRegistry<Grant>(({ line, hold }) => line.abandon(hold));

export interface HeldLease extends FencedLease {}

/** The lease that a caller gets. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: Symbol.asyncDispose is added when the first lease is made
export class HeldLease {
  readonly #grant: Grant;
  #end: Promise<void> | undefined = undefined;
  #next: Promise<HeldLease> | undefined = undefined;

  constructor(grant: Grant) {
    this.#grant = grant;
    makeDisposable(this, 'release');
    leaked.register(this, grant, this);
  }

  /** What a lease stands for; undefined of anything else. */
  static grantOf(lease: object): Grant | undefined {
    return #grant in lease ? lease.#grant : undefined;
  }

  /** Releases the hold of a lease, also if it has gone on as another one. */
  static end(lease: HeldLease): Promise<void> {
    return lease.#next === undefined ? lease.release() : lease.#next.then((next) => next.release());
  }

  get token(): number {
    return this.#grant.tenure.token;
  }

  get signal(): FencedLease['signal'] {
    return this.#grant.tenure.signal;
  }

  get released(): boolean {
    return this.#end !== undefined;
  }

  get remaining(): number {
    const { hold, line, tenure } = this.#grant;
    const now = line.now();
    if (this.released || tenure.error !== undefined || now >= hold.lossAt) return 0;
    return Math.max(0, Math.min(hold.deadline, tenure.limit) - now);
  }

  check(): void {
    const { hold, line, tenure } = this.#grant;
    if (this.released) throw new InvalidStateError(`${line.label}: the lease has been released`);
    const now = line.now();
    if (tenure.error === undefined && now >= hold.lossAt) tenure.lose('late');
    if (tenure.error === undefined && now >= tenure.limit) tenure.lose('expired');
    if (tenure.error !== undefined) throw tenure.error;
  }

  release(): Promise<void> {
    if (this.#end === undefined) {
      leaked.unregister(this);
      const { hold, line, tenure } = this.#grant;
      this.#end = line.release(hold, tenure);
      // A release that nobody awaits is no unhandled rejection.
      this.#end.catch(() => {});
    }
    return this.#end;
  }

  /** Spends the lease without releasing the hold, which goes on as another one. */
  protected spend(turn: (grant: Grant) => Promise<HeldLease>): Promise<HeldLease> {
    this.check();
    leaked.unregister(this);
    this.#end = Promise.resolve();
    this.#next = turn(this.#grant);
    return this.#next;
  }

  get [Symbol.toStringTag](): string {
    return 'Lease';
  }

  /** @internal */
  [inspection](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    const { token, released } = this;
    return `Lease ${inspect({ token, released }, options)}`;
  }
}

/** The lease of a writer. */
export class HeldWriteLease extends HeldLease implements WriteLease {
  async downgrade(): Promise<FencedLease> {
    return this.spend(async ({ line, hold }) => new HeldLease(await line.downgrade(hold)));
  }
}
