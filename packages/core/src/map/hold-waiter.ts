import type { PermitOptions, Terms } from '../contract/options.ts';
import { type Enterable, entrance } from '../line/entrance.ts';
import type { Verb } from '../line/verb.ts';
import { Waiter } from '../line/waiter.ts';
import type { WaiterQueue } from '../line/waiter-queue.ts';
import { type AsyncContext, captureAsyncContext } from '../runtime/async-context.ts';
import { type Posted, post } from '../runtime/delivery.ts';
import { isAlone } from '../runtime/ring.ts';

/** What to ask a lock for. Each option has been read once. */
export interface Wish extends Terms {
  readonly permits: number | undefined;
}

/**
 * Waits for holds of a lock, one after the other: a single waiter that joins the line again and again, so that a hold
 * costs neither a promise nor a waiter.
 */
export abstract class HoldWaiter extends Waiter<unknown, unknown> implements Posted {
  declare line: WaiterQueue<unknown>;
  declare request: unknown;
  declare verb: Verb;
  protected readonly wish: Wish;
  /** Whether there is a hold that nothing has been started with. */
  protected isGranted = false;
  /** What `line` takes back to end that hold: the request, or the guard or lease of a foreign lock. */
  protected held: unknown;
  protected isWaiting = false;
  /** Whether `advance()` is running. It sees by itself what has changed meanwhile. */
  isAdvancing = false;
  readonly #lock: Enterable;
  readonly #operation: string;
  #context: AsyncContext | undefined;

  /** @param operation - what error messages call it */
  constructor(lock: Enterable, wish: Wish, operation: string) {
    super(undefined as never, undefined, undefined as never);
    this.line = this as never;
    this.wish = wish;
    this.#lock = lock;
    this.#operation = operation;
    this.#context = captureAsyncContext();
  }

  /** Does what can be done now. It runs user code. */
  protected abstract advance(): void;
  /** There is no hold to be had. It runs no user code, because the line may not be at rest. */
  abstract fail(reason: unknown): void;

  /** Asks for a hold. It enters the lock each time: the line of a key goes with its last holder and waiter. */
  protected ask(): void {
    try {
      const { line, request, verb } = this.#lock[entrance](this.wish as PermitOptions);
      this.line = line;
      this.request = request;
      this.verb ??= { ...verb, name: this.#operation };
      if (line.ask(request, this.wish, this.verb) !== undefined) this.#take(request);
      else {
        this.isWaiting = true;
        line.join(this, this.wish);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** Leaves the line. The waiters that this grants are told by `deliver()`. */
  protected stopWaiting(): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.line.giveUp(this, undefined);
    this.line.drain();
  }

  /** The wait has timed out, or the signal has aborted, whether it is waiting or not. */
  override leave(reason: unknown): void {
    this.fail(reason);
    this.#wake();
  }

  protected override onGrant(hold: unknown): void {
    this.isWaiting = false;
    this.#take(hold ?? this.request);
    this.#wake();
  }

  protected override onGiveUp(reason: unknown): void {
    if (this.isWaiting) {
      this.isWaiting = false;
      this.fail(reason);
    }
    this.#wake();
  }

  /** Advances, in the async context in which it was made. */
  run(): void {
    if (this.#context === undefined) this.advance();
    else this.#context.runInAsyncScope(this.advance, this);
  }

  /** Nothing will run in that context any more. */
  protected closeContext(): void {
    this.#context?.emitDestroy?.();
    this.#context = undefined;
  }

  /** Stands in for the line before there is one. */
  drain(): void {}

  #take(held: unknown): void {
    this.isGranted = true;
    this.held = held;
  }

  #wake(): void {
    if (!this.isAdvancing && isAlone(this)) post(this);
  }
}
