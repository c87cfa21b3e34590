import type { AsyncLockable, PermitOptions } from '../contract/acquirable.ts';
import { microtasks } from '../rest.ts';
import type { FakeClock } from './clock.ts';
import { FakeLease } from './lease.ts';
import type { FakeServer } from './server.ts';
import { readTerms, requireFunction } from './terms.ts';
import { FakeWait } from './wait.ts';

/** A lock of a wider scope, simulated: a handle on a fake server. */
export class FakeLock implements AsyncLockable<FakeLease, PermitOptions> {
  protected readonly server: FakeServer;
  protected readonly clock: FakeClock;
  protected readonly Lease: typeof FakeLease = FakeLease;
  protected readonly Wait: typeof FakeWait = FakeWait;

  constructor(server: FakeServer, clock: FakeClock) {
    this.server = server;
    this.clock = clock;
  }

  async acquire(options?: PermitOptions): Promise<FakeLease> {
    return this.wait(options, 'acquire');
  }

  async tryAcquire(options?: { signal?: AbortSignal | null | undefined }): Promise<FakeLease | undefined> {
    const { signal } = readTerms(options && { signal: options.signal }, this.server.capacity);
    if (signal?.aborted) throw signal.reason;
    await microtasks(3);
    const request = { permits: 1, priority: 0, granted: () => {} };
    return this.server.attempt(request) ? new this.Lease(this.server, request) : undefined;
  }

  async sandbox<R>(fn: (lease: FakeLease) => R, options?: PermitOptions): Promise<Awaited<R>> {
    requireFunction(fn);
    const lease = await this.wait(options, 'sandbox');
    let result: Awaited<R>;
    try {
      result = await fn(lease);
    } catch (error) {
      await lease.release().catch(() => {});
      throw error;
    }
    await lease.release();
    return result;
  }

  protected async wait(options: PermitOptions | undefined, operation: string): Promise<FakeLease> {
    const wait = new this.Wait(this.server, this.clock, readTerms(options, this.server.capacity), operation);
    await wait.start();
    return new this.Lease(this.server, wait);
  }
}
