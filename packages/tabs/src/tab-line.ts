import { admit, deliver, giveBack, type Policy, timeoutError, type Waiter, WaiterQueue } from '@valvekit/core/line';
import { type BrowserLock, releaseAll } from './browser-lock.ts';
import { onNext, SLEEP, WAKE } from './page-life.ts';
import type { Grant, Source, Wanting } from './source.ts';

/** What a caller asks for. */
export interface Ask {
  readonly permits: number;
  /** A timeout of zero or less: it is refused as soon as it would have to wait. */
  readonly hurry: number | undefined;
  /** Whether a refusal is no error. */
  readonly isTry: boolean;
  /** What it got. */
  locks: readonly BrowserLock[];
}

/** What messages call a lock, and how many permits it has. */
export interface Identity {
  readonly kind: string;
  readonly name: string;
  readonly capacity: number;
}

/**
 * The line of one tab for one lock. The tab asks the browser for one hold at a time, as its first waiter needs it; whoever
 * is first when the browser grants it has it.
 *
 * ```text
 *   somebody joins ──► probe: is it free? ──► yes ──► the first waiter has it ──► the next one
 *                        ▲        │
 *                        │        └──► no ──► wait in the browser ──► granted ──┘
 *                        │                           │
 *                        └── the first waiter is another one now, or nobody waits, or the page was asleep
 * ```
 */
export class TabLine extends WaiterQueue<Ask> implements Policy<Ask>, Wanting {
  declare owner: Policy<Ask>;
  readonly name: string;
  onChange: (() => void) | undefined = undefined;
  /** Calls that are reading their arguments. That is user code, and must not make a second line of this name. */
  calls = 0;
  readonly #identity: Identity;
  readonly #source: Source;
  readonly #whenIdle: () => void;
  // Those who must not wait.
  readonly #hurried = new Set<Waiter<Ask>>();
  #taken = 0;
  #granted: Grant | undefined = undefined;
  #isAsking = false;
  #isAsleep = false;
  // Of the request that waits in the browser.
  #controller: AbortController | undefined = undefined;

  /** @param whenIdle - called when nothing is held, waited for or asked for any more */
  constructor(identity: Identity, source: Source, whenIdle: () => void) {
    super(undefined as never);
    this.owner = this;
    this.name = identity.name;
    this.#identity = identity;
    this.#source = source;
    this.#whenIdle = whenIdle;
  }

  get [Symbol.toStringTag](): string {
    return this.#identity.kind;
  }

  get wanted(): number {
    return this.size === 0 || this.#isAsleep ? 0 : this.head.request.permits;
  }

  override add(waiter: Waiter<Ask>, priority: number): void {
    super.add(waiter, priority);
    if (waiter.request.hurry !== undefined) this.#hurried.add(waiter);
    this.#look();
    if (!this.#isAsking) void this.#ask();
  }

  override remove(waiter: Waiter<Ask>): void {
    super.remove(waiter);
    this.#hurried.delete(waiter);
    this.#look();
  }

  /** Gives the first waiter what the browser has granted, if it is what that one asks for. */
  [admit](ask: Ask): boolean {
    const granted = this.#granted;
    if (granted?.permits !== ask.permits) return false;
    ask.locks = granted.locks;
    this.#granted = undefined;
    this.#taken += ask.permits;
    return true;
  }

  // Leases end by themselves.
  [giveBack](): void {}

  /** A hold of this tab has ended. */
  leave(permits: number): void {
    this.#taken -= permits;
    this.rest();
  }

  /** Tells if there is nothing left to do. */
  rest(): void {
    if (!this.#isAsking && this.calls + this.size + this.#taken === 0) this.#whenIdle();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    try {
      while (this.size > 0) {
        const { wanted } = this;
        // What this tab itself holds need not be asked for.
        const grant = this.#taken + wanted > this.#identity.capacity ? undefined : await this.#source.probe(wanted);
        if (grant !== undefined) this.#serve(grant);
        else if (wanted === this.wanted) await this.#waitOrRefuse();
      }
    } catch (error) {
      this.cancelAll(error);
    }
    this.#isAsking = false;
    this.rest();
  }

  async #waitOrRefuse(): Promise<void> {
    const { head } = this;
    if (this.#hurried.has(head)) {
      this.#refuse(head);
      deliver();
      return;
    }
    // They are all behind one who waits.
    this.#refuseHurried();
    deliver();
    await this.#wait();
  }

  async #wait(): Promise<void> {
    const controller = new AbortController();
    let awake: Promise<void> | undefined;
    // Otherwise the browser could grant the lock to a page that does not run, and everybody else would wait for that.
    const stop = onNext(SLEEP, () => {
      awake = new Promise((resolve) => void onNext(WAKE, resolve));
      this.#isAsleep = true;
      this.#look();
    });
    this.#controller = controller;
    let grant: Grant | undefined;
    try {
      grant = await this.#source.wait(this, controller);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      stop();
      this.#controller = undefined;
      this.onChange = undefined;
      await awake;
      this.#isAsleep = false;
    }
    if (grant !== undefined) this.#serve(grant);
  }

  #serve(grant: Grant): void {
    this.#granted = grant;
    this.drain();
    const left = this.#granted;
    this.#granted = undefined;
    if (left !== undefined) releaseAll(left.locks);
    deliver();
  }

  // Whoever is first may be another one now; and a newcomer must not wait behind one who does.
  #look(): void {
    this.onChange?.();
    if (this.#controller?.signal.aborted === false) this.#refuseHurried();
  }

  #refuseHurried(): void {
    for (const waiter of this.#hurried) this.#refuse(waiter);
  }

  #refuse(waiter: Waiter<Ask>): void {
    const { hurry, isTry } = waiter.request;
    this.giveUp(waiter, isTry ? undefined : timeoutError(this, waiter.verb.name, hurry as number));
  }
}
