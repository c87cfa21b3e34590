import { TimeoutError } from '../contract/acquirable.ts';
import { microtasks } from '../rest.ts';
import type { FakeClock } from './clock.ts';
import type { FakeRequest, FakeServer } from './server.ts';
import type { FakeTerms } from './terms.ts';

// The runtime's timers turn longer delays into 1 ms.
const LONGEST = 2 ** 31 - 1;

/** One call that waits for a grant of a fake server. Messages between the two take a few microtasks. */
export class FakeWait implements FakeRequest {
  readonly permits: number;
  readonly priority: number;
  protected readonly server: FakeServer;
  protected readonly clock: FakeClock;
  protected readonly terms: FakeTerms;
  protected readonly operation: string;
  protected readonly onAbort = (): void => this.giveUp(this.terms.signal?.reason);
  protected timer: number | undefined = undefined;
  protected isSettled = false;
  protected resolve: () => void = () => {};
  protected reject: (reason: unknown) => void = () => {};

  constructor(server: FakeServer, clock: FakeClock, terms: FakeTerms, operation: string) {
    this.server = server;
    this.clock = clock;
    this.terms = terms;
    this.operation = operation;
    this.permits = terms.permits;
    this.priority = terms.priority;
  }

  /** Asks the server. Resolves when the permits are granted, and rejects when the wait ends without them. */
  async start(): Promise<void> {
    const { signal, timeout } = this.terms;
    if (signal?.aborted) throw signal.reason;
    const settled = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.limit();
    await microtasks(3);
    if (timeout > 0) this.join();
    else if (this.server.attempt(this)) this.granted();
    else this.giveUp(this.timeoutError());
    await settled;
  }

  /** A grant is on its way. */
  granted(): void {
    void microtasks(3).then(() => this.arrive());
  }

  /** The grant is here. If the call has given up meanwhile, the grant goes back. */
  protected arrive(): void {
    const { signal } = this.terms;
    if (signal?.aborted) this.giveUp(signal.reason);
    if (this.isSettled) this.server.release(this);
    else this.settle(this.resolve);
  }

  protected limit(): void {
    this.terms.signal?.addEventListener('abort', this.onAbort);
    if (this.terms.timeout > 0 && Number.isFinite(this.terms.timeout)) this.startTimer(this.terms.timeout);
  }

  protected unlimit(): void {
    this.terms.signal?.removeEventListener('abort', this.onAbort);
    if (this.timer !== undefined) this.clock.clear(this.timer);
  }

  protected join(): void {
    if (!this.isSettled) this.server.join(this);
  }

  /** Ends the wait immediately, and leaves the line in the background. */
  protected giveUp(reason: unknown): void {
    if (this.isSettled) return;
    this.settle(() => this.reject(reason));
    void microtasks(3).then(() => this.leave());
  }

  protected leave(): void {
    this.server.leave(this);
  }

  protected settle(tell: () => void): void {
    this.isSettled = true;
    this.unlimit();
    tell();
  }

  protected timeoutError(): TimeoutError {
    return new TimeoutError(`FakeLock: ${this.operation}() timed out after ${this.terms.timeout} ms`);
  }

  protected startTimer(remaining: number): void {
    const onTime = (): void => {
      if (remaining > LONGEST) this.startTimer(remaining - LONGEST);
      else this.giveUp(this.timeoutError());
    };
    this.timer = this.clock.set(onTime, Math.min(remaining, LONGEST));
  }
}
