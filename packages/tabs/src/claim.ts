import { page } from './page-life.ts';

/** A lock of the browser that this tab holds. */
export interface BrowserLock {
  end: () => void;
  /** Rejects if another script has stolen it. */
  ended: Promise<unknown>;
}

const TURNSTILE = -1;

/** What a lock is to the browser. */
export interface Names {
  readonly manager: LockManager;
  /** What its names end with. */
  readonly base: string;
  /** How many permits there are. */
  readonly capacity: number;
  /** Whether each has a name of its own. If not, whoever asks for all has the one name alone, and others share it. */
  readonly isSplit: boolean;
}

/**
 * What a tab gathers in the browser for its first waiter. When it ends, all that it has is given back, except what was
 * handed over.
 *
 * Before the names of a lock with several permits stands a turnstile: a name that those hold alone who have to wait, one
 * after the other in all tabs, until they have what they wait for. Those who find what they want pass it side by side.
 * So nobody overtakes a request that waits; requests for several permits cannot block each other, since only one gathers
 * them; and behind the turnstile one request waits at a time. That last thing is for read/write locks, too: when a writer
 * gives up, Chromium (153, 156) goes on holding up the readers behind it, until all readers before it have left.
 */
export class Claim {
  // Otherwise the browser could grant the lock to a page that does not run, and everybody else would wait for that.
  isOver: boolean = page.awake !== undefined;
  readonly #names: Names;
  // How many names the permits have.
  readonly #places: number;
  // By their places.
  readonly #inHand = new Map<number, BrowserLock>();
  // Whether it need not pass the turnstile any more.
  #hasTurn: boolean;
  #waiting: AbortController | undefined;
  #wanted = 0;

  constructor(names: Names) {
    this.#names = names;
    this.#places = names.isSplit ? names.capacity : 1;
    // One permit has a line of its own in the browser; and whoever waits where there is none must not hold up other tabs.
    this.#hasTurn = names.capacity < 2;
  }

  /** Whether a request of it waits in the browser. */
  get isWaiting(): boolean {
    return this.#waiting?.signal.aborted === false;
  }

  /** Whether it has this many permits. */
  has(permits: number): boolean {
    return this.#found.length >= this.#countOf(permits);
  }

  /** Takes this many permits if they are free now. */
  async find(permits: number): Promise<void> {
    // Side by side with others who do not wait. One after the other: Deno does not answer while a writer waits for the
    // name, and this must hold nothing then.
    if (!this.#hasTurn && !(await this.#take(TURNSTILE, { mode: 'shared', ifAvailable: true }))) return;
    const places = this.#places;
    const mode = this.#modeOf(permits);
    // Begins anywhere, so that tabs seldom try the same one.
    const start = Math.floor(Math.random() * places);
    for (let i = 0; i < places && !this.has(permits) && !this.isOver; i++) {
      await this.#take((start + i) % places, { mode, ifAvailable: true });
    }
    if (!this.#hasTurn && !this.has(permits)) this.#giveBack();
  }

  /** Waits: first for its turn, the next time for this many permits, or until the first waiter wants something else. */
  async wait(permits: number): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    this.#waiting = waiting;
    this.#wanted = permits;
    try {
      if (this.#hasTurn) await this.#gather(permits, signal);
      else this.#hasTurn = await this.#take(TURNSTILE, { signal });
    } finally {
      waiting.abort();
    }
  }

  /** The first waiter wants this many permits now. */
  look(permits: number): void {
    if (this.#hasTurn && permits !== this.#wanted) this.#waiting?.abort();
  }

  /** Hands over what it has. */
  handOver(permits: number): BrowserLock[] {
    return this.#found.slice(0, this.#countOf(permits)).map((place) => {
      const lock = this.#inHand.get(place) as BrowserLock;
      this.#inHand.delete(place);
      return lock;
    });
  }

  /** Gives everything back. */
  end(): void {
    this.isOver = true;
    this.#waiting?.abort();
    this.#giveBack();
  }

  /** Asks for all places that it does not have, until it has enough. */
  #gather(permits: number, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve: (value?: unknown) => void, reject) => {
      signal.addEventListener('abort', resolve);
      const look = (): void => {
        if (this.has(permits)) resolve();
      };
      for (let place = 0; place < this.#places; place++) {
        if (this.#inHand.has(place)) continue;
        this.#take(place, { mode: this.#modeOf(permits), signal }).then(look, reject);
      }
    });
  }

  get #found(): number[] {
    return [...this.#inHand.keys()].filter((place) => place !== TURNSTILE);
  }

  #countOf(permits: number): number {
    return this.#names.isSplit ? permits : 1;
  }

  // Whoever asks for all permits of one name has it alone.
  #modeOf(permits: number): LockMode {
    const { capacity, isSplit } = this.#names;
    return !isSplit && permits < capacity ? 'shared' : 'exclusive';
  }

  /** Asks the browser for a place. Resolves to whether it has that now. */
  #take(place: number, options: LockOptions): Promise<boolean> {
    const { manager, base, isSplit } = this.#names;
    // A tab with an older version of this package must ask for the same ones.
    const name = place === TURNSTILE ? `turnstile:${base}` : isSplit ? `${place}:${base}` : base;
    return new Promise((resolve, reject) => {
      // Deno calls back before `request` returns.
      const lock = {} as BrowserLock;
      lock.ended = manager.request(name, options, (granted) => {
        const isLate = this.isOver || options.signal?.aborted;
        resolve(granted !== null && !isLate);
        if (granted === null || isLate) return undefined;
        this.#inHand.set(place, lock);
        return new Promise<void>((end) => {
          lock.end = end;
        });
      });
      lock.ended.catch((error: unknown) => {
        reject(error);
        // Stolen.
        if (this.#inHand.get(place) === lock) this.end();
      });
    });
  }

  #giveBack(): void {
    for (const lock of this.#inHand.values()) lock.end();
    this.#inHand.clear();
  }
}
