// A semaphore of a wider scope, small enough to see through: it answers a few microtasks later, and its leases can be lost.
import { type AsyncLockable, type Lease, LeaseLostError, type WaitOptions } from 'valvekit';

async function aMessageLater(): Promise<void> {
  for (let i = 0; i < 3; i++) await Promise.resolve();
}

export class FakeLease implements Lease {
  readonly #controller = new AbortController();
  readonly #onEnd: () => void;
  #end: Promise<void> | undefined;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  get released(): boolean {
    return this.#end !== undefined;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  release(): Promise<void> {
    this.#end ??= this.#giveBack();
    this.#end.catch(() => {});
    return this.#end;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  lose(): void {
    this.#controller.abort(new LeaseLostError('fake', 'stolen', 'another script took it'));
    this.#onEnd();
  }

  async #giveBack(): Promise<void> {
    await aMessageLater();
    if (this.signal.aborted) throw this.signal.reason;
    this.#onEnd();
  }
}

export class FakeLock implements AsyncLockable<FakeLease> {
  readonly leases: FakeLease[] = [];
  /** What each `acquire()` was asked for. */
  readonly asked: WaitOptions[] = [];
  readonly waiters = new Set<() => void>();
  free: number;

  constructor(free: number) {
    this.free = free;
  }

  async acquire(options: WaitOptions = {}): Promise<FakeLease> {
    this.asked.push(options);
    const { signal, timeout } = options;
    await aMessageLater();
    if (signal?.aborted) throw signal.reason;
    if (this.free === 0 && timeout !== undefined && timeout <= 0) throw new Error('no wait');
    if (this.free === 0) {
      await new Promise<void>((resolve, reject) => {
        this.waiters.add(resolve);
        signal?.addEventListener('abort', () => {
          this.waiters.delete(resolve);
          reject(signal.reason);
        });
      });
      await aMessageLater();
    } else this.free--;
    const lease = new FakeLease(() => this.release());
    this.leases.push(lease);
    return lease;
  }

  async tryAcquire(): Promise<FakeLease | undefined> {
    return this.free > 0 ? this.acquire() : undefined;
  }

  async sandbox<R>(fn: (lease: FakeLease) => R, options?: WaitOptions): Promise<Awaited<R>> {
    const lease = await this.acquire(options);
    try {
      return await fn(lease);
    } finally {
      await lease.release();
    }
  }

  /** A hold has ended: the next waiter gets it. */
  release(): void {
    const [next] = this.waiters;
    if (next === undefined) {
      this.free++;
      return;
    }
    this.waiters.delete(next);
    next();
  }
}
