import type { Terms } from '../contract/options.ts';
import { Waiter } from '../line/waiter.ts';
import { type AsyncContext, captureAsyncContext } from '../runtime/async-context.ts';
import { type Posted, post } from '../runtime/delivery.ts';
import { report } from '../runtime/report.ts';

/**
 * A waiter that is told by calling a user's function: when the line is at rest, and in the async context in which it
 * began to wait. What that throws is reported, not thrown at the caller that released the lock.
 */
export abstract class DeferredWaiter<Request, Value = void> extends Waiter<Request, Value> implements Posted {
  #context: AsyncContext | undefined;

  // Last, because nobody would close the context of a waiter that could not join.
  override limit(terms: Terms): void {
    super.limit(terms);
    this.#context = captureAsyncContext();
  }

  /** Calls the user's function. */
  protected abstract tell(): void;

  /** The outcome is known: from now on `deliver()` tells it. */
  protected post(): void {
    post(this);
  }

  /** Nothing will run in the context any more. */
  protected closeContext(): void {
    const context = this.#context;
    this.#context = undefined;
    try {
      context?.emitDestroy?.();
    } catch (error) {
      report(error);
    }
  }

  run(): void {
    try {
      if (this.#context === undefined) this.tell();
      else this.#context.runInAsyncScope(this.tell, this);
    } catch (error) {
      report(error);
    } finally {
      this.closeContext();
    }
  }
}
