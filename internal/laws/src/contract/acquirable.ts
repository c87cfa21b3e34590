// The contract as @valvekit/core declares it, as far as the laws need it.
import type { Guard } from 'valvekit';

export { type Guard, TimeoutError } from 'valvekit';

export interface GiveUpOptions {
  timeout?: number | undefined;
  signal?: AbortSignal | null | undefined;
}

export interface WaitOptions extends GiveUpOptions {
  priority?: number | undefined;
}

export interface PermitOptions extends WaitOptions {
  permits?: number | undefined;
}

export interface Lease extends AsyncDisposable {
  readonly released: boolean;
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

export interface Acquirable<H extends Guard | Lease = Guard | Lease, O extends GiveUpOptions = WaitOptions> {
  acquire(options?: O): Promise<H>;
  tryAcquire(): H | undefined | Promise<H | undefined>;
  sandbox<R>(fn: (lease?: Lease) => R, options?: O): Promise<Awaited<R>>;
}

export interface AsyncLockable<L extends Lease = Lease, O extends WaitOptions = WaitOptions> extends Acquirable<L, O> {
  tryAcquire(options?: { signal?: AbortSignal | null | undefined }): Promise<L | undefined>;
  sandbox<R>(fn: (lease: L) => R, options?: O): Promise<Awaited<R>>;
}

export class LeaseLostError extends Error {
  readonly lock: string;
  readonly token: number | undefined;
  readonly why: 'silent' | 'taken' | 'late' | 'expired' | 'closed' | 'stolen';

  constructor(lock: string, why: LeaseLostError['why'], token?: number) {
    super(`The lease of ${JSON.stringify(lock)} was lost: ${why}`);
    this.name = 'LeaseLostError';
    this.lock = lock;
    this.token = token;
    this.why = why;
  }
}
