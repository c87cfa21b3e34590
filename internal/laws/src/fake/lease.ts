import { type Lease, LeaseLostError } from '../contract/acquirable.ts';
import { microtasks } from '../rest.ts';
import type { FakeRequest, FakeServer } from './server.ts';

/** One hold on a fake server. Releasing it takes a few microtasks, and a test can lose it. */
export class FakeLease implements Lease {
  protected readonly server: FakeServer;
  protected readonly request: FakeRequest;
  protected readonly controller = new AbortController();
  protected end: Promise<void> | undefined = undefined;
  readonly #token: number;

  constructor(server: FakeServer, request: FakeRequest) {
    this.server = server;
    this.request = request;
    this.#token = server.nextToken();
  }

  get released(): boolean {
    return this.end !== undefined;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  release(): Promise<void> {
    if (this.end === undefined) {
      this.end = this.giveBack();
      // A release that nobody awaits is no unhandled rejection.
      this.end.catch(() => {});
    }
    return this.end;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  /** Ends the hold as if it were stolen. */
  lose(): void {
    if (this.released) return;
    this.server.release(this.request);
    this.controller.abort(new LeaseLostError('fake', 'stolen', 'another script took it', this.#token));
  }

  protected async giveBack(): Promise<void> {
    await microtasks(3);
    if (this.signal.aborted) throw this.signal.reason;
    this.server.release(this.request);
  }
}
