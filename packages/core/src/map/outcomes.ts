import { type Settlers, settledBy } from '../runtime/settlers.ts';
import type { Sink } from './run.ts';

type Outcome = { readonly value: unknown } | { readonly error: unknown };
type Answer = IteratorResult<unknown, unknown>;

/**
 * Where the outcomes of a stream and the calls of `next()` meet. Each outcome has a place in the order in which the
 * consumer gets them: its index, or how many arrived before it.
 */
export class Outcomes implements Sink {
  readonly #isOrdered: boolean;
  readonly #buffer: number;
  readonly #onEnd: () => void;
  readonly #byPlace: Map<number, Outcome> = new Map();
  readonly #requests: Settlers[] = [];
  #arrived = 0;
  #taken = 0;
  #isComplete = false;
  #isEnded = false;

  /**
   * @param buffer - how many outcomes may wait
   * @param onEnd - called when the consumer gets no more; it may be called again
   */
  constructor(isOrdered: boolean, buffer: number, onEnd: () => void) {
    this.#isOrdered = isOrdered;
    this.#buffer = buffer;
    this.#onEnd = onEnd;
  }

  /** Whether the consumer gets no more. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  hasRoom(): boolean {
    return this.#byPlace.size < this.#buffer;
  }

  onResult(value: unknown, index: number): void {
    this.#put({ value }, index);
  }

  onFailure(error: unknown, index: number | undefined): void {
    if (index === undefined) {
      this.#byPlace.clear();
      this.#arrived = this.#taken;
    }
    this.#put({ error }, index ?? this.#taken);
  }

  onRest(): void {
    this.#isComplete = true;
    this.answer();
  }

  /** A call of `next()`, which `answer()` answers. */
  request(): Promise<Answer> {
    const request = {} as Settlers;
    this.#requests.push(request);
    return settledBy(request);
  }

  /** Answers the calls of `next()` that can be answered now. */
  answer(): void {
    while (this.#requests.length > 0) {
      const outcome = this.#byPlace.get(this.#taken);
      if (outcome === undefined && !this.#isComplete) return;
      const { resolve, reject } = this.#requests.shift() as Settlers;
      if (outcome === undefined) {
        this.end();
        resolve({ done: true, value: undefined });
      } else if ('value' in outcome) {
        this.#byPlace.delete(this.#taken++);
        resolve({ done: false, value: outcome.value });
      } else {
        this.end();
        reject(outcome.error);
      }
    }
  }

  /** The consumer gets no more. */
  end(): void {
    this.#isEnded = true;
    this.#isComplete = true;
    this.#byPlace.clear();
    this.#onEnd();
  }

  #put(outcome: Outcome, index: number): void {
    const place = this.#isOrdered ? index : this.#arrived++;
    // The first outcome counts: a call whose lease has been lost may still succeed or fail.
    if (this.#isEnded || this.#byPlace.has(place)) return;
    this.#byPlace.set(place, outcome);
    this.answer();
  }
}
