import type { Acquirable } from '../contract/acquirable.ts';
import { mismatch, requireFunction } from '../contract/arguments.ts';
import type { Lease } from '../contract/lease.ts';
import { readWaitOptions, type Terms, type WaitOptions } from '../contract/options.ts';
import { reasonOf } from '../contract/signal.ts';
import { joinHub, leaveHub, type Member } from '../line/abort-hub.ts';
import { type Enterable, entrance } from '../line/entrance.ts';
import { captureAsyncContext } from '../runtime/async-context.ts';
import type { CapturedContext } from '../runtime/captured-context.ts';
import { withoutDelivery } from '../runtime/delivery.ts';
import { adopt, react } from '../runtime/thenable.ts';
import { ByAcquire } from './by-acquire.ts';
import type { Run as Asker, Held, Holds } from './holds.ts';
import { InLine } from './in-line.ts';
import { type Items, ignore, Source } from './source.ts';

/** The user's function. */
// biome-ignore lint/suspicious/noExplicitAny: of whatever the source gives
export type Fn = (item: any, index: number, lease?: Lease) => unknown;

/** What becomes of a run's results. */
export interface Sink {
  /** Whether one more call may start. */
  hasRoom(): boolean;
  result(index: number, value: unknown): void;
  /** A failure ends the run. It comes after the results of the calls before `index`; an abort comes at once. */
  failure(error: unknown, index: number | undefined): void;
  /** The run has ended, and no call is running. */
  rest(): void;
}

// Where the next item is: not read yet, asked of the source, in hand, in hand while its hold is awaited, nowhere.
type Stage = 'empty' | 'reading' | 'ready' | 'waiting' | 'over';

/**
 * Calls a function on each item of a source, each call under one hold of a lock. The source is read one item ahead of the
 * holds.
 *
 * ```text
 *   empty ─► reading ─► ready ─► waiting ─► (call) ─► empty        over: the source has ended,
 *                 └───────────────────────────────────────► over   or anything has failed
 * ```
 */
export class Run implements Asker, Member {
  readonly #fn: Fn;
  readonly #terms: Terms;
  readonly #source: Source;
  readonly #holds: Holds;
  readonly #sink: Sink;
  #context: CapturedContext | undefined;
  #stage: Stage = 'empty';
  #item: unknown;
  #isGranted = false;
  #isAdvancing = false;
  #started = 0;
  #running = 0;

  /** @throws {TypeError | RangeError} a bad argument, naming it */
  constructor(
    name: string,
    lock: Acquirable,
    items: Items<unknown>,
    fn: Fn,
    options: WaitOptions | undefined,
    sink: Sink,
  ) {
    requireFunction('fn', fn);
    this.#fn = fn;
    this.#terms = readWaitOptions(options);
    this.#holds = holdsOf(this, lock, this.#terms, name);
    this.#source = new Source(items);
    this.#sink = sink;
  }

  /** Begins to read and to call, from now on in the current async context. */
  begin(): void {
    const { signal } = this.#terms;
    this.#context = captureAsyncContext();
    try {
      if (signal !== undefined) joinHub(this, signal);
    } catch (error) {
      this.#fail(error, 0);
    }
    this.advance();
  }

  /** Reads and calls no more, and listens no more. */
  end(): void {
    const { signal } = this.#terms;
    if (signal !== undefined) leaveHub(this, signal);
    this.#stop();
  }

  /** Whether the signal has aborted, even if our listener has not run yet; then the run fails. */
  checkAbort(): boolean {
    const isAborted = this.#terms.signal?.aborted === true;
    if (isAborted) this.#fail(undefined, 0);
    return isAborted;
  }

  granted(): void {
    this.#isGranted = true;
    if (!this.#isAdvancing) this.proceed();
  }

  refused(reason: unknown): void {
    if (this.#stage === 'waiting') this.lost(reason, this.#started);
  }

  lost(reason: unknown, index: number): void {
    this.#inContext(() => this.#fail(reason, index));
  }

  // As a member of the hub of its signal.
  get line(): this {
    return this;
  }

  giveUp(): void {}

  // What it lets in is told by the hub, once everything is decided.
  drain(): void {
    withoutDelivery(() => this.proceed());
  }

  /** Goes on after something has changed elsewhere, which has an async context of its own. */
  proceed(): void {
    this.#inContext(advance);
  }

  /** Goes on as far as it can. */
  advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    while (this.#step());
    this.#isAdvancing = false;
    if (this.#running > 0 || this.#stage === 'waiting') return;
    this.#holds.leave();
    if (this.#stage !== 'over') return;
    this.#sink.rest();
    this.#context?.emitDestroy?.();
    this.#context = undefined;
  }

  #inContext(act: (run: Run) => void): void {
    if (this.#context === undefined) act(this);
    else this.#context.runInAsyncScope(act, undefined, this);
  }

  // Returns whether there may be more to do.
  #step(): boolean {
    if (this.#isGranted) this.#use();
    else if (this.checkAbort() || this.#stage === 'over') return false;
    else if (this.#stage === 'empty') this.#read();
    else if (this.#stage === 'ready' && this.#sink.hasRoom()) this.#ask();
    else return false;
    return true;
  }

  #read(): void {
    this.#stage = 'reading';
    try {
      const step = this.#source.read();
      const promise = adopt(step);
      if (promise === undefined) {
        this.#take(step);
        return;
      }
      this.#closeIfOver();
      void react(
        promise,
        (step) => this.#take(step),
        (error) => this.#failSource(error),
      );
    } catch (error) {
      this.#failSource(error);
    }
  }

  #take(step: unknown): void {
    if (!this.#source.isOpen) return;
    try {
      this.#item = this.#source.take(step);
      if (!this.#source.isOpen) this.#stop();
      else if (this.#stage === 'reading') this.#stage = 'ready';
      this.#closeIfOver();
    } catch (error) {
      this.#failSource(error);
    }
    this.advance();
  }

  #failSource(error: unknown): void {
    this.#source.isOpen = false;
    this.#fail(error, this.#started);
  }

  #ask(): void {
    this.#stage = 'waiting';
    try {
      if (this.#holds.ask()) this.#isGranted = true;
    } catch (error) {
      this.#fail(error, this.#started);
    }
  }

  // The hold may have come too late, or the consumer may be behind: then it is not kept.
  #use(): void {
    this.#isGranted = false;
    const hold = this.#holds.latest;
    if (!this.checkAbort() && this.#stage === 'waiting') {
      this.#stage = this.#sink.hasRoom() ? 'empty' : 'ready';
      if (this.#stage === 'empty') {
        this.#call(this.#item, this.#started++, hold);
        return;
      }
    }
    ignore(this.#holds.release(hold));
  }

  #call(item: unknown, index: number, hold: Held | undefined): void {
    this.#running++;
    const fn = this.#fn;
    let result: unknown;
    try {
      result = hold === undefined ? fn(item, index) : fn(item, index, hold.use(index) as Lease | undefined);
      const promise = adopt(result);
      if (promise !== undefined) {
        void react(
          promise,
          (value) => this.#succeed(value, index, hold),
          (error) => this.#failCall(error, index, hold),
        );
        return;
      }
    } catch (error) {
      this.#failCall(error, index, hold);
      return;
    }
    this.#succeed(result, index, hold);
  }

  #succeed(value: unknown, index: number, hold: Held | undefined): void {
    // Releasing it may grant the next one. The result comes first, because then there may be no room for another call.
    const before = this.#isAdvancing;
    this.#isAdvancing = true;
    const released = this.#holds.release(hold);
    this.#isAdvancing = before;
    if (released === undefined) this.#settle(value, index);
    else
      void react(
        released,
        () => this.#settle(value, index),
        (error) => this.#failCall(error, index, hold),
      );
  }

  #settle(value: unknown, index: number): void {
    this.#running--;
    if (!this.checkAbort()) this.#sink.result(index, value);
    this.advance();
  }

  // It fails before the hold is released, because that could grant the next one.
  #failCall(error: unknown, index: number, hold: Held | undefined): void {
    this.#running--;
    this.#fail(error, index);
    ignore(this.#holds.release(hold));
  }

  // Whatever fails after an abort fails because of it.
  #fail(error: unknown, index: number): void {
    const { signal } = this.#terms;
    this.#stop();
    if (signal?.aborted) {
      leaveHub(this, signal);
      this.#sink.failure(reasonOf(signal), undefined);
    } else {
      this.#sink.failure(error, index);
    }
    this.advance();
  }

  // Closes the source while its next() is pending, too.
  #stop(): void {
    const before = this.#stage;
    this.#stage = 'over';
    if (before === 'waiting') this.#holds.giveUp();
    this.#source.close();
  }

  // The source may have ended the run while its own next() was on the stack.
  #closeIfOver(): void {
    if (this.#stage === 'over') this.#source.close();
  }
}

function advance(run: Run): void {
  run.advance();
}

function holdsOf(run: Asker, lock: Acquirable, terms: Terms, name: string): Holds {
  const { [entrance]: enter, acquire } = Object(lock) as Partial<Acquirable & Enterable>;
  if (typeof enter === 'function') return new InLine(run, lock as unknown as Enterable, terms, name);
  if (typeof acquire === 'function') return new ByAcquire(run, lock, terms);
  throw new TypeError(mismatch('lock', 'a lock', lock));
}
