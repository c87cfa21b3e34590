/** The kinds of locks. Locks of different kinds never share a key. */
export type Kind = 'mutex' | 'semaphore' | 'lock';

/** Which lock: what a store makes its keys of. */
export interface LockId {
  readonly kind: Kind;
  readonly name: string;
}

/** One place that a process asks for, in the line of a lock. */
export interface Request {
  /** The store tells repeated requests by it. */
  readonly id: string;
  readonly permits: number;
  readonly priority: number;
  /** Where it stood, so that a request that the store has forgotten rejoins there; 0 if it is new. */
  readonly place: number;
  /** Whether it waits if it cannot be granted now. */
  readonly joins: boolean;
}

/** Requests of one process for one lock. */
export interface Ask {
  readonly capacity: number;
  /**
   * Whether a caller has asked with this capacity since the last answer. Otherwise it counts only where the store knows
   * none: a repeated request must not undo what another process has decided in the meantime.
   */
  readonly decides: boolean;
  /** Milliseconds. */
  readonly lease: number;
  /** How many tokens after the granted one the process may hand out by itself. */
  readonly range: number;
  /** The time of the store, in milliseconds, after which it must refuse; 0 is never. */
  readonly notAfter: number;
  /** Shown by `state()`. */
  readonly label: string;
  readonly requests: readonly Request[];
}

/** One hold, as the store has booked it. `until` is the store's time, and `length` how long it was when last extended. */
export interface Booking {
  readonly token: number;
  readonly until: number;
  readonly length: number;
}

/** What became of a request. `gone`: its id was released before; `late`: it came after `notAfter`. */
export type Verdict =
  | (Booking & { readonly is: 'granted' })
  | { readonly is: 'waiting'; readonly place: number; readonly ahead: number }
  | { readonly is: 'refused' | 'gone' | 'late' };

/** The store's time, and when the first of the holds ends (0: nobody holds), in milliseconds. */
export interface Reading {
  readonly now: number;
  readonly soonest: number;
}

export interface Answer extends Reading {
  /** In the order of the requests. */
  readonly verdicts: readonly Verdict[];
}

export interface Confirmation extends Reading {
  /** Whether the store knew each id. */
  readonly known: readonly boolean[];
}

/** What a store tells a process without being asked. `look`: from now on it has to ask. */
export type Push =
  | (Booking & { readonly is: 'granted'; readonly lock: LockId; readonly id: string })
  | { readonly is: 'taken'; readonly lock: LockId; readonly id: string }
  | { readonly is: 'look'; readonly lock: LockId; readonly id: string }
  | { readonly is: 'refused'; readonly lock: LockId; readonly id: string; readonly capacity: number };

/** A hold, as the store knows it. */
export interface Booked {
  readonly label: string;
  readonly permits: number;
  readonly token: number;
  readonly since: number;
  readonly until: number;
}

/**
 * Where locks are kept. Every operation is one trip and can be repeated; only the store's own clock decides. An operation
 * that the store refuses rejects with a `StoreError`; any other rejection is a failure of the network.
 */
export interface Store {
  /** Names this process. The ids of its requests are this, a colon and a number. */
  readonly client: string;
  /**
   * Hears pushes from when it resolves. `up` is called whenever pushes may have been missed, and `down` if none will be
   * heard any more. Returns what ends it.
   */
  listen(push: (push: Push) => void, up: () => void, down: () => void): Promise<() => Promise<void>>;
  /** Ends a `listen` that is still under way, and whatever else has been made for this process. */
  end?(): void;
  ask(lock: LockId, ask: Ask): Promise<Answer>;
  /** Ends holds and waits. */
  release(lock: LockId, ids: readonly string[]): Promise<Confirmation>;
  /** Makes holds end one lease from now. */
  renew(lock: LockId, ids: readonly string[], lease: number): Promise<Confirmation>;
  /** Changes how many permits a hold has. */
  resize(lock: LockId, id: string, permits: number): Promise<Confirmation>;
  state(lock: LockId): Promise<{ readonly holders: readonly Booked[]; readonly waiting: number }>;
}
