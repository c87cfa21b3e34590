import type { WaitOptions } from 'valvekit';
import type { Clock } from './clock.ts';
import type { Ask } from './scenario.ts';

/** What an actor is doing. */
export type Phase = 'waits' | 'holds' | 'reads' | 'writes' | 'works';

/** How it ended. */
export type Ending = 'left' | 'threw' | 'timed out' | 'aborted' | 'canceled' | 'refused';

/** One segment of an actor's lane. */
export interface Span {
  phase: Phase;
  from: number;
  to?: number;
}

/** Reports what happens, in words. */
export type Tell = (text: string, actor?: Actor) => void;

/** An actor that asks, waits, holds and leaves. */
export class Actor {
  readonly ask: Ask;
  readonly spans: Span[] = [];
  ending: Ending | undefined;
  readonly #clock: Clock;
  readonly #tell: Tell;
  readonly #controller = new AbortController();
  #endWork: (() => void) | undefined;

  constructor(ask: Ask, clock: Clock, tell: Tell) {
    this.ask = ask;
    this.#clock = clock;
    this.#tell = tell;
  }

  get name(): string {
    return this.ask.ask;
  }

  get phase(): Phase | undefined {
    return this.ending === undefined ? this.spans.at(-1)?.phase : undefined;
  }

  /** The options that it passes to the primitive. */
  get options(): WaitOptions & { permits?: number } {
    const { timeout, priority, permits } = this.ask;
    return {
      signal: this.#controller.signal,
      ...(timeout !== undefined && { timeout }),
      ...(priority !== undefined && { priority }),
      ...(permits !== undefined && { permits }),
    };
  }

  enter(phase: Phase): void {
    this.#closeSpan();
    this.spans.push({ phase, from: this.#clock.now });
    if (phase !== 'waits') this.#tell(`${this.name} ${phase}`, this);
  }

  /** Holds what it asked for, for as long as its step says; then leaves, throws, or continues with its next work. */
  work(phase: Exclude<Phase, 'waits'>): Promise<void> {
    this.enter(phase);
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#endWork = undefined;
        if (phase !== 'writes' && this.ask.writes !== undefined) resolve();
        else if (this.ask.throws) reject(this.#throw());
        else resolve(this.leave());
      };
      const timer = this.#clock.set(this.#timeFor(phase), end);
      this.#endWork = () => {
        this.#clock.clear(timer);
        this.#setTimeFor(phase, this.#clock.now - (this.spans.at(-1)?.from ?? 0));
        end();
      };
    });
  }

  /** Ends its work now, and changes its step, so that the scenario records what happened. */
  endNow(how: 'return' | 'throw'): void {
    if (this.#endWork === undefined) return;
    if (how === 'throw') {
      this.ask.throws = true;
      if (this.phase !== 'writes') delete this.ask.writes;
    }
    this.#endWork();
  }

  abort(): void {
    this.#controller.abort();
  }

  leave(what = 'leaves'): void {
    this.#end('left');
    this.#tell(`${this.name} ${what}`, this);
  }

  /** Called when its call fails. */
  fail(error: unknown): void {
    if (this.ending === undefined) this.#end(this.#endingBy(error));
    this.#tell(`${this.name} fails: ${error instanceof Error ? error.message : String(error)}`, this);
  }

  #throw(): Error {
    this.#end('threw');
    this.#tell(`${this.name} throws`, this);
    return new Error('out of luck');
  }

  #endingBy(error: unknown): Ending {
    const { aborted, reason } = this.#controller.signal;
    if (aborted && reason === error) return 'aborted';
    if (error instanceof RangeError) return 'refused';
    return error instanceof Error && error.name === 'TimeoutError' ? 'timed out' : 'canceled';
  }

  #end(ending: Ending): void {
    this.#closeSpan();
    this.ending = ending;
  }

  #closeSpan(): void {
    const span = this.spans.at(-1);
    if (span !== undefined) span.to ??= this.#clock.now;
  }

  #timeFor(phase: Phase): number {
    return (phase === 'writes' ? (this.ask.writes ?? this.ask.hold) : this.ask.hold) ?? 0;
  }

  #setTimeFor(phase: Phase, time: number): void {
    if (phase === 'writes' && this.ask.writes !== undefined) this.ask.writes = time;
    else this.ask.hold = time;
  }
}
