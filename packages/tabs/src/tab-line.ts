import {
  admit,
  deliver,
  giveBack,
  type Policy,
  type Queued,
  reasonOf,
  type Terms,
  timeoutError,
  Waiter,
  WaiterQueue,
} from '@valvekit/core/line';
import type { Ask } from './ask.ts';
import { Claim, type Names } from './claim.ts';
import { page } from './page-life.ts';
import type { Lender } from './tab-lease.ts';
import { type Fn, TELLING } from './telling.ts';

/**
 * The line of one tab for one lock. The tab asks the browser for one hold at a time, as its first waiter needs it; whoever
 * is first when the browser grants it has it.
 *
 * ```text
 *   somebody joins ──► is it free? ──► yes ──► the first waiter has it ──► the next one
 *                        ▲     │
 *                        │     └──► no ──► wait in the browser ──► granted ──┘
 *                        │                        │
 *                        └── the first waiter wants something else, or nobody waits, or the page was asleep
 * ```
 */
export class TabLine extends WaiterQueue<Ask> implements Policy<Ask>, Lender {
  declare owner: Policy<Ask>;
  readonly name: string;
  readonly #kind: string;
  readonly #names: Names;
  readonly #lines: Map<string, TabLine>;
  readonly #key: string;
  // Those who must not wait.
  readonly #hurried = new Set<Queued<Ask>>();
  #taken = 0;
  #claim: Claim;
  // How many permits the claim has for the first waiter.
  #offered = 0;
  #isAsking = false;
  // Calls that enter, holds, and the asking, each counted. Until all of them are over, the line can be found.
  #uses = 0;

  /**
   * @param kind - what messages call the lock, with its name
   * @param lines - where it is found by its key, while it is in use
   */
  constructor(kind: string, name: string, names: Names, lines: Map<string, TabLine>, key: string) {
    super(undefined as never);
    this.owner = this;
    this.name = name;
    this.#kind = kind;
    this.#names = names;
    this.#claim = new Claim(names);
    this.#lines = lines;
    this.#key = key;
  }

  get [Symbol.toStringTag](): string {
    return this.#kind;
  }

  /** How many permits the first waiter asks for. There must be one. */
  get #wanted(): number {
    return this.head.request.permits;
  }

  /**
   * Waits for a lease, or for what a function returns under one.
   *
   * @param isTry - whether a refusal is no error
   */
  enter(method: string, permits: number, terms: Terms, fn?: Fn, isTry = false): Promise<never> {
    const { timeout, signal } = terms;
    const verb = { name: method, rank: 0, isBare: false };
    // Only the browser can tell whether a wait is needed.
    const refusal = timeout > 0 ? undefined : () => (isTry ? undefined : timeoutError(this, method, timeout));
    const ask: Ask = { permits, refusal, locks: [], isReleased: false };
    const patience = refusal === undefined ? terms : { ...terms, timeout: Infinity };
    this.#uses++;
    this.#lines.set(this.#key, this);
    const told = new Promise<never>((resolve, reject) => {
      // (Not `this.ask`, which would take the grant of another waiter if a foreign signal came here while that is given.)
      if (signal?.aborted) throw reasonOf(signal);
      const waiter = new Waiter(this, ask, verb, TELLING, fn);
      waiter.resolve = resolve as (value: unknown) => void;
      // A refused try has no reason.
      waiter.reject = (reason) => (reason === undefined ? waiter.resolve(undefined) : reject(reason));
      this.join(waiter, patience);
    });
    this.#rest();
    return told;
  }

  override add(waiter: Queued<Ask>, priority: number): void {
    super.add(waiter, priority);
    if (waiter.request.refusal !== undefined) this.#hurried.add(waiter);
    this.#look();
    if (!this.#isAsking) void this.#ask();
  }

  override remove(waiter: Queued<Ask>): void {
    super.remove(waiter);
    this.#hurried.delete(waiter);
    this.#look();
  }

  /** Gives the first waiter what the browser has granted, if it is what that one asks for. */
  [admit](ask: Ask): boolean {
    if (this.#offered !== ask.permits) return false;
    this.#offered = 0;
    this.#taken += ask.permits;
    this.#uses++;
    ask.locks = this.#claim.handOver(ask.permits);
    return true;
  }

  // Leases end by themselves.
  [giveBack](): void {}

  /** A hold of this tab has ended. */
  leave(permits: number): void {
    this.#taken -= permits;
    this.#rest();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    this.#uses++;
    while (this.size > 0) {
      const claim = new Claim(this.#names);
      this.#claim = claim;
      page.active.add(claim);
      try {
        while (!claim.isOver) await this.#pursue(claim);
      } catch (error) {
        if (!claim.isOver) this.cancelAll(error);
      }
      page.active.delete(claim);
      claim.end();
      await page.awake;
    }
    this.#isAsking = false;
    this.#rest();
  }

  #rest(): void {
    if (--this.#uses === 0) this.#lines.delete(this.#key);
  }

  async #pursue(claim: Claim): Promise<void> {
    const wanted = this.#wanted;
    // What this tab itself holds need not be asked for.
    if (this.#taken + wanted <= this.#names.capacity) await claim.find(wanted);
    if (!claim.has(wanted) && !claim.isOver && wanted === this.#wanted) {
      if (this.#hurried.has(this.head)) this.#refuse(this.head);
      else {
        const waited = claim.wait(wanted);
        this.#look();
        await waited;
      }
    }
    if (!claim.has(wanted)) return;
    this.#offered = wanted;
    this.drain();
    this.#offered = 0;
    claim.end();
    deliver();
  }

  // Whoever is first may be another one now; and a newcomer must not wait behind one who does.
  #look(): void {
    if (this.size === 0) this.#claim.end();
    else this.#claim.look(this.#wanted);
    if (!this.#claim.isWaiting) return;
    for (const waiter of this.#hurried) this.#refuse(waiter);
  }

  #refuse(waiter: Queued<Ask>): void {
    this.giveUp(waiter, waiter.request.refusal?.());
    deliver();
  }
}
