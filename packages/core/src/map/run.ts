import type { Acquirable } from '../contract/acquirable.ts';
import { requireFunction } from '../contract/arguments.ts';
import { type PermitOptions, readWaitOptions, type WaitOptions } from '../contract/options.ts';
import { reasonOf } from '../contract/signal.ts';
import { type Member, Membership } from '../line/abort-hub.ts';
import { type Enterable, entrance } from '../line/entrance.ts';
import { drop } from '../runtime/thenable.ts';
import { Call, type Fn } from './call.ts';
import { ForeignLine } from './foreign-line.ts';
import { HoldWaiter } from './hold-waiter.ts';
import { type Items, Source } from './source.ts';

/** What `map` and `stream` do with the outcomes of a run. */
export interface Sink {
  /** Whether another item may be started. */
  hasRoom(): boolean;
  onResult(value: unknown, index: number): void;
  /**
   * Nothing more is read or started from now on. Items under way may still succeed or fail.
   *
   * @param index - the item that failed, or that would have been next; undefined after an abort
   */
  onFailure(error: unknown, index: number | undefined): void;
  /** No outcome comes any more. It may be called again. */
  onRest(): void;
}

const EMPTY = 0; // there is no item
const READING = 1; // the source has been asked for one
const LOADED = 2; // there is an item, which needs a hold
const OVER = 3; // nothing is read or started any more

/**
 * One run of `map` or `stream`: the cycle of reading an item, asking for a hold for it, and starting `fn` on it.
 *
 * ```text
 *   EMPTY ──► READING ──► LOADED ──► ask for a hold ──► start fn ──► EMPTY
 *                │           │              │               │
 *                └───────────┴──────────────┴───────────────┴──────► OVER
 * ```
 *
 * All of it happens in `advance()`, which goes on until the source, the lock or the consumer makes it wait.
 */
export class Run<T> extends HoldWaiter {
  // What its signal ends, whatever it is doing.
  readonly #whole: Member = { line: { giveUp: () => this.#abort(), drain() {} } };
  #membership: Membership | undefined = undefined;
  readonly #source: Source<T>;
  readonly #fn: Fn<T>;
  readonly #sink: Sink;
  #stage = EMPTY;
  #started = 0;
  #running = 0;

  /** @throws {TypeError | RangeError} a bad argument */
  constructor(
    operation: string,
    lock: Acquirable,
    items: Items<T>,
    fn: Fn<T>,
    options: WaitOptions | undefined,
    sink: Sink,
  ) {
    requireFunction('fn', fn);
    const { timeout, signal, priority } = readWaitOptions(options);
    const { permits }: PermitOptions = options ?? {};
    const enterable = entrance in Object(lock) ? lock : new ForeignLine(lock);
    const source = new Source(items);
    super(enterable as unknown as Enterable, { timeout, signal, priority, permits }, operation);
    this.#source = source;
    this.#fn = fn;
    this.#sink = sink;
  }

  /** Listens to the signal and starts. */
  begin(): void {
    try {
      if (this.runSignal !== undefined) this.#membership = new Membership(this.#whole, this.runSignal);
    } catch (error) {
      this.fail(error);
    }
    this.run();
  }

  /** Reads and starts nothing more, leaves the line, and stops listening. The next `run()` closes the source. */
  end(): void {
    this.#stop();
    this.#membership?.leave();
  }

  /** Whether nothing more is read or started. An abort counts at once, even before our listener has run. */
  isOver(): boolean {
    if (this.abortedSignal !== undefined) this.fail(undefined);
    return this.#stage === OVER;
  }

  override advance(): void {
    if (this.isAdvancing) return;
    this.isAdvancing = true;
    this.goOn();
  }

  // Ends a piece of code during which `isAdvancing` was true, so that what it has set off happens here.
  goOn(): void {
    for (;;) {
      if (this.isGranted) this.#use();
      else if (this.isOver() || this.isWaiting) break;
      else if (this.#stage === EMPTY) {
        this.#stage = READING;
        this.#source.read(this);
      } else if (this.#stage === LOADED && this.#sink.hasRoom()) this.ask();
      else break;
    }
    this.isAdvancing = false;
    if (this.#stage !== OVER) return;
    this.#source.close();
    this.closeContext();
    if (this.#running === 0) this.#sink.onRest();
  }

  override fail(error: unknown, index: number | undefined = this.#started): void {
    const signal = this.abortedSignal;
    if (signal !== undefined) this.#sink.onFailure(reasonOf(signal), undefined);
    else this.#sink.onFailure(error, index);
    this.#stop();
  }

  onLoss(reason: unknown, index: number): void {
    this.fail(reason, index);
    this.wake();
  }

  #abort(): void {
    this.fail(undefined);
    this.wake();
  }

  #stop(): void {
    this.#stage = OVER;
    this.stopWaiting();
  }

  onStep(): void {
    if (!this.#source.isOpen) this.#stage = OVER;
    else if (this.#stage === READING) this.#stage = LOADED;
  }

  #use(): void {
    this.isGranted = false;
    const { line, held } = this;
    if (this.isOver() || !this.#sink.hasRoom()) {
      drop(line.giveBack(held));
      return;
    }
    this.#stage = EMPTY;
    this.#running++;
    const fn = this.wrap?.(this.#fn) ?? this.#fn;
    new Call(this, this.#started++, line, held).start(fn, this.#source.item as T);
  }

  onResult(value: unknown, index: number): void {
    this.#running--;
    if (this.abortedSignal === undefined) this.#sink.onResult(value, index);
  }

  onError(error: unknown, index: number): void {
    this.#running--;
    this.fail(error, index);
  }
}
