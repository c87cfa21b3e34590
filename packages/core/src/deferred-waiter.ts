import { type AsyncContext, captureAsyncContext } from './async-context.ts';
import { type Posted, post } from './delivery.ts';
import { report } from './report.ts';
import { Waiter } from './waiter.ts';

/**
 * Somebody who waits by a function of a user's. It is told when the line is at rest, in the async context in which it
 * began to wait, and what it throws is reported instead of reaching whoever let it in.
 */
export abstract class DeferredWaiter<Request, Value = void> extends Waiter<Request, Value> implements Posted {
  readonly #context: AsyncContext | undefined = captureAsyncContext();

  /** Runs the user's function. */
  protected abstract tell(): void;

  /** Called once the outcome is known: from now on `deliver()` tells it. */
  protected post(): void {
    post(this);
  }

  hear(): void {
    try {
      if (this.#context === undefined) this.tell();
      else this.#context.runInAsyncScope(this.tell, this);
    } catch (error) {
      report(error);
    }
  }
}
