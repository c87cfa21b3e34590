import type { Acquirable } from '../contract/acquirable.ts';
import { mismatch, requireFunction } from '../contract/arguments.ts';
import type { Lease } from '../contract/lease.ts';
import { readWaitOptions, type Terms, type WaitOptions } from '../contract/options.ts';
import { reasonOf } from '../contract/signal.ts';
import { joinHub, leaveHub, type Member } from '../line/abort-hub.ts';
import { type Enterable, entrance } from '../line/entrance.ts';
import { captureAsyncContext } from '../runtime/async-context.ts';
import type { CapturedContext } from '../runtime/captured-context.ts';
import { adopt, react } from '../runtime/thenable.ts';
import { ByAcquire } from './by-acquire.ts';
import type { Run as Asker, Holds } from './holds.ts';
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
  #isAtRest = false;
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
    this.#terms = readWaitOptions(options);
    this.#source = new Source(items);
    this.#holds = holdsOf(this, lock, { ...this.#terms, signal: undefined }, name);
    this.#fn = fn;
    this.#sink = sink;
    this.#context = captureAsyncContext();
  }

  /** Begins to read and to call. */
  begin(): void {
    const { signal } = this.#terms;
    if (signal !== undefined && !signal.aborted) joinHub(this, signal);
    this.advance();
  }

  /** Reads and calls no more, and listens no more. */
  end(): void {
    const { signal } = this.#terms;
    if (signal !== undefined) leaveHub(this, signal);
    this.#stop();
  }

  // As a member of the signal's hub.
  get line(): this {
    return this;
  }

  giveUp(): void {
    this.#checkAbort();
  }

  // The call that grants a hold or aborts the signal has a context of its own.
  granted(): void {
    this.#isGranted = true;
    this.#advanceInContext();
  }

  refused(reason: unknown): void {
    if (this.#stage === 'waiting') this.#fail(reason, this.#started);
    this.#advanceInContext();
  }

  drain(): void {
    this.#advanceInContext();
  }

  /** Goes on as far as it can. Called in the async context of the run's caller, as reactions of promises are. */
  advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    while (this.#step());
    this.#isAdvancing = false;
    if (this.#stage !== 'over' || this.#running > 0 || this.#isAtRest) return;
    this.#isAtRest = true;
    this.#sink.rest();
    this.#holds.leave();
    this.#context?.emitDestroy?.();
    this.#context = undefined;
  }

  #advanceInContext(): void {
    if (this.#context === undefined) this.advance();
    else this.#context.runInAsyncScope(Run.#advance, undefined, this);
  }

  static #advance(this: void, run: Run): void {
    run.advance();
  }

  // Returns whether there may be more to do.
  #step(): boolean {
    if (this.#isGranted) this.#use();
    else if (this.#checkAbort() || this.#stage === 'over') return false;
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
      if (promise === undefined) this.#take(step);
      else
        this.#follow(
          promise,
          (step) => this.#take(step),
          (error) => this.#failSource(error),
        );
    } catch (error) {
      this.#failSource(error);
    }
  }

  #take(step: unknown): void {
    if (this.#stage !== 'reading') return;
    try {
      this.#item = this.#source.take(step);
      if (this.#source.isOpen) this.#stage = 'ready';
      else this.#stop();
    } catch (error) {
      this.#failSource(error);
    }
  }

  #failSource(error: unknown): void {
    if (this.#stage !== 'reading') return;
    this.#source.fail();
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
    const isWanted = !this.#checkAbort() && this.#stage === 'waiting';
    if (isWanted && this.#sink.hasRoom()) {
      this.#stage = 'empty';
      this.#call(this.#item, this.#started++, hold);
    } else {
      if (isWanted) this.#stage = 'ready';
      ignore(this.#holds.release(hold));
    }
  }

  #call(item: unknown, index: number, hold: unknown): void {
    this.#running++;
    const fn = this.#fn;
    let result: unknown;
    try {
      result = hold === undefined ? fn(item, index) : fn(item, index, this.#watched(hold, index));
      const promise = adopt(result);
      if (promise !== undefined) {
        // As #follow does, but with half the closures: this is for every item (bench W4 map).
        void react(
          promise,
          (value) => {
            this.#succeed(value, index, hold);
            this.advance();
          },
          (error) => {
            this.#failCall(error, index, hold);
            this.advance();
          },
        );
        return;
      }
    } catch (error) {
      this.#failCall(error, index, hold);
      return;
    }
    this.#succeed(result, index, hold);
  }

  // The lease to call with, if it is one.
  #watched(hold: unknown, index: number): Lease | undefined {
    this.#holds.watch(hold, (reason) => {
      this.#fail(reason, index);
      this.advance();
    });
    return 'signal' in (hold as Lease) ? (hold as Lease) : undefined;
  }

  #succeed(value: unknown, index: number, hold: unknown): void {
    const released = this.#holds.release(hold);
    if (released === undefined) {
      this.#settle(value, index);
      return;
    }
    this.#follow(
      released,
      () => this.#settle(value, index),
      (error) => this.#failCall(error, index, undefined),
    );
  }

  #settle(value: unknown, index: number): void {
    this.#running--;
    if (!this.#checkAbort()) this.#sink.result(index, value);
  }

  #failCall(error: unknown, index: number, hold: unknown): void {
    this.#running--;
    this.#fail(error, index);
    ignore(this.#holds.release(hold));
  }

  #follow(promise: Promise<unknown>, onValue: (value: unknown) => void, onError: (error: unknown) => void): void {
    void react(
      promise,
      (value) => {
        onValue(value);
        this.advance();
      },
      (error) => {
        onError(error);
        this.advance();
      },
    );
  }

  /** Whether the signal has aborted, even if our listener has not run yet; then the run fails. */
  #checkAbort(): boolean {
    const isAborted = this.#terms.signal?.aborted === true;
    if (isAborted) this.#fail(undefined, 0);
    return isAborted;
  }

  // Whatever fails after an abort fails because of it.
  #fail(error: unknown, index: number): void {
    const { signal } = this.#terms;
    this.#stop();
    if (signal?.aborted) this.#sink.failure(reasonOf(signal), undefined);
    else this.#sink.failure(error, index);
  }

  // Closes the source while its next() is pending, too.
  #stop(): void {
    const before = this.#stage;
    this.#stage = 'over';
    if (before === 'waiting') this.#holds.giveUp();
    this.#source.close();
  }
}

function holdsOf(run: Asker, lock: Acquirable, terms: Terms, name: string): Holds {
  const { [entrance]: enter, acquire } = Object(lock) as Partial<Acquirable & Enterable>;
  if (typeof enter === 'function') return new InLine(run, lock as unknown as Enterable, terms, name);
  if (typeof acquire === 'function') return new ByAcquire(run, lock, terms);
  throw new TypeError(mismatch('lock', 'a lock', lock));
}
