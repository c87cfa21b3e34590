import type { PermitOptions, Terms } from '../contract/options.ts';
import type { SignalShape } from '../contract/signal.ts';
import { type Enterable, type Entrance, entrance } from '../line/entrance.ts';
import type { Verb } from '../line/verb.ts';
import { abortedOnly, Waiter } from '../line/waiter.ts';
import type { WaiterQueue } from '../line/waiter-queue.ts';
import { captureAsyncContext } from '../runtime/async-context.ts';
import type { CapturedContext } from '../runtime/captured-context.ts';
import { post } from '../runtime/delivery.ts';
import { isAlone, unlink } from '../runtime/ring.ts';

// It tells nobody of its outcomes, but goes on.
const NO_FORM = {} as never;

/** What to ask a lock for. Each option has been read once. */
export interface Wish extends Terms {
  readonly permits: number | undefined;
}

/**
 * Waits for holds of a lock, one after the other: a single waiter that joins the line again and again, so that a hold
 * costs neither a promise nor a waiter.
 */
export abstract class HoldWaiter extends Waiter<unknown> {
  declare line: WaiterQueue<unknown>;
  declare request: unknown;
  declare verb: Verb;
  /** Whether there is a hold that nothing has been started with. */
  protected isGranted = false;
  /** What `line` takes back to end that hold: the request, or the guard or lease of a foreign lock. */
  protected held: unknown;
  /** What a tool that watches the lock puts around a function that runs under the hold. */
  wrap: Entrance<unknown>['wrap'];
  protected isWaiting = false;
  /** Whether `advance()` is running. It sees by itself what has changed meanwhile. */
  isAdvancing = false;
  protected readonly runSignal: SignalShape | undefined;
  readonly #lock: Enterable;
  readonly #wish: Wish;
  readonly #operation: string;
  #runContext: CapturedContext | undefined;

  /** @param operation - what error messages call it */
  constructor(lock: Enterable, { timeout, signal, priority, permits }: Wish, operation: string) {
    super(undefined as never, undefined, undefined as never, NO_FORM);
    this.runSignal = signal;
    this.#lock = lock;
    this.#wish = { timeout, signal: undefined, priority, permits };
    this.#operation = operation;
    this.#runContext = captureAsyncContext();
  }

  /** Does what can be done now. It runs user code. */
  abstract advance(): void;
  /** It gets no hold. It runs no user code, because the line may not be at rest. */
  abstract fail(reason: unknown): void;

  /** Asks for a hold. It enters the lock each time: the line of a key goes with its last holder and waiter. */
  protected ask(): void {
    // It may be posted for the hold before this one, and cannot be in two rings. What it would be told, it knows.
    unlink(this);
    let entered: Entrance<unknown> | undefined;
    try {
      entered = this.#lock[entrance](this.#wish as PermitOptions);
      const { line, request, verb } = entered;
      this.line = line;
      this.request = request;
      this.wrap = entered.wrap;
      this.verb ??= { ...verb, name: this.#operation };
      entered.prepare?.();
      if (line.ask(request, this.#wish, this.verb) !== undefined) this.#take(request);
      else {
        this.isWaiting = true;
        line.join(this, this.#wish);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      entered?.leave?.();
    }
  }

  /** Leaves the line. The waiters that this grants are told by `deliver()`. */
  protected stopWaiting(): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.line.giveUp(this);
    this.line.drain();
  }

  /** For its line, which asks at the head. The run listens to the signal, so that a wait need not. */
  override get abortedSignal(): SignalShape | undefined {
    return abortedOnly(this.runSignal);
  }

  override grant(hold: unknown): void {
    this.unlimit();
    this.isWaiting = false;
    this.#take(hold ?? this.request);
    this.wake();
  }

  override giveUp(reason: unknown): void {
    this.unlimit();
    if (this.isWaiting) {
      this.isWaiting = false;
      this.fail(reason);
    }
    this.wake();
  }

  /** Makes `deliver()` advance it, unless it is advancing. */
  wake(): void {
    if (!this.isAdvancing && isAlone(this)) post(this);
  }

  /** Advances, in the async context in which it was made. */
  override run(): void {
    if (this.#runContext === undefined) this.advance();
    else this.#runContext.runInAsyncScope(this.advance, this);
  }

  /** Nothing will run in that context any more. */
  protected closeContext(): void {
    this.#runContext?.emitDestroy?.();
    this.#runContext = undefined;
  }

  #take(held: unknown): void {
    this.isGranted = true;
    this.held = held;
  }
}
