import {
  AbortError,
  deliver,
  type Guard,
  Hold,
  InvalidStateError,
  PromiseWaiter,
  type Terms,
  type Waiter,
  WaiterQueue,
} from '@valvekit/core';

/** What can be asked for from outside. */
export type Mode = 'read' | 'upgradable' | 'write';

/** What can wait in line, and whether a guard or a sandbox asks for it. */
export interface Request {
  readonly mode: Mode | 'upgrade';
  readonly isGuarded: boolean;
}

/** Where one waits. */
export type Queue = WaiterQueue<Holds, Request>;

/** What guards and sandboxes ask for. */
export const GUARDED: Record<Mode, Request> = {
  read: { mode: 'read', isGuarded: true },
  upgradable: { mode: 'upgradable', isGuarded: true },
  write: { mode: 'write', isGuarded: true },
};

const UPGRADE: Request = { mode: 'upgrade', isGuarded: true };

/** Who goes first. */
export type Policy = 'fair' | 'readers';

/** The line of readers alone. The upgrade that holds them back waits in the other line, and may have aborted. */
class ReadQueue extends WaiterQueue<Holds, Request> {
  override join(waiter: Waiter<Request>, terms: Terms, operation: string): void {
    super.join(waiter, terms, operation);
    if (this.catchUp()) deliver();
  }
}

/**
 * Who holds a read/write lock, who waits for it, and the rules that let them in.
 *
 * An upgradable hold counts as a reader until it is upgraded; then it is the writer.
 */
export class Holds {
  #readers = 0;
  #isWriting = false;
  // Of the readers, or of the writer, those who are no guards or sandboxes.
  #bare = 0;
  #hasUpgradable = false;
  #waitingUpgrade: Waiter<Request> | undefined;
  readonly #queue: Queue = new WaiterQueue<Holds, Request>(this, this.#admit, this.#giveBack);
  // One line for all is what makes the fair policy fair. An upgradable hold keeps writers out, so it waits with them.
  readonly #readQueue: Queue;

  constructor(policy: Policy) {
    this.#readQueue = policy === 'fair' ? this.#queue : new ReadQueue(this, this.#admit, this.#giveBack);
  }

  get readers(): number {
    return this.#readers;
  }

  get isWriting(): boolean {
    return this.#isWriting;
  }

  get waiting(): number {
    return this.#queue.size + (this.#readQueue === this.#queue ? 0 : this.#readQueue.size);
  }

  get waitingWriters(): number {
    let writers = 0;
    for (const { request } of this.#queue) if (request.mode === 'write' || request.mode === 'upgrade') writers++;
    return writers;
  }

  /** Where one waits for this. */
  queue(mode: Mode): Queue {
    return mode === 'read' ? this.#readQueue : this.#queue;
  }

  /** Gives back a bare hold. */
  unlock(): void {
    if (this.#bare === 0) {
      throw new InvalidStateError(
        this.#isWriting || this.#readers > 0
          ? 'ReadWriteLock is held by guards or sandboxes only; only they can unlock it'
          : 'ReadWriteLock is not locked',
      );
    }
    this.#bare--;
    this.#leave();
  }

  /** Makes the guarded writer a guarded reader. */
  downgrade(): Guard {
    this.#isWriting = false;
    this.#readers = 1;
    this.#moveUp();
    return new Hold(this.#readQueue, GUARDED.read);
  }

  /** Makes the upgradable reader the guarded writer, before everybody else who waits. */
  upgrade(onGrant: () => void, onGiveUp: (reason: unknown) => void, terms: Terms): void {
    if (!this.#hasUpgradable) {
      throw new InvalidStateError('UpgradableGuard.upgrade() on a guard that is upgraded already');
    }
    if (this.#waitingUpgrade !== undefined) {
      throw new InvalidStateError('UpgradableGuard.upgrade() while it waits for that already');
    }
    const operation = 'ReadWriteLock.upgradable.upgrade';
    const beforeAll = { ...terms, priority: Number.POSITIVE_INFINITY };
    if (this.#queue.ask(UPGRADE, beforeAll, operation) !== undefined) {
      onGrant();
      return;
    }
    const waiter = new PromiseWaiter<Request>(UPGRADE, onGrant, (reason) => {
      this.#waitingUpgrade = undefined;
      onGiveUp(reason);
      // It held back readers in the other line, which nobody else would move up.
      if (this.#readQueue !== this.#queue) this.#readQueue.drain();
    });
    this.#waitingUpgrade = waiter;
    try {
      this.#queue.join(waiter, beforeAll, operation);
    } catch (error) {
      this.#waitingUpgrade = undefined;
      throw error;
    }
  }

  /** Gives up everybody who waits. */
  cancelAll(reason: unknown): void {
    this.#readQueue.cancelAll(reason);
    this.#queue.cancelAll(reason);
    deliver();
  }

  #admit({ mode, isGuarded }: Request): boolean {
    if (!this.#take(mode)) return false;
    if (!isGuarded) this.#bare++;
    return true;
  }

  #take(mode: Request['mode']): boolean {
    switch (mode) {
      case 'read':
        if (!this.#canRead()) return false;
        this.#readers++;
        return true;
      case 'upgradable':
        if (!this.#canRead() || this.#hasUpgradable) return false;
        this.#readers++;
        this.#hasUpgradable = true;
        return true;
      case 'write':
        if (this.#isWriting || this.#readers > 0) return false;
        this.#isWriting = true;
        return true;
      case 'upgrade':
        if (this.#readers > 1) return false;
        this.#readers--;
        this.#hasUpgradable = false;
        this.#waitingUpgrade = undefined;
        this.#isWriting = true;
        return true;
    }
  }

  #canRead(): boolean {
    return !this.#isWriting && (this.#waitingUpgrade === undefined || this.#waitingUpgrade.abortedSignal !== undefined);
  }

  #giveBack({ mode }: Request): void {
    // An upgraded one gives back the write hold.
    if (mode === 'upgradable' && this.#hasUpgradable) {
      if (this.#waitingUpgrade !== undefined) {
        this.#queue.giveUp(this.#waitingUpgrade, new AbortError('The guard was released before its upgrade'));
      }
      this.#hasUpgradable = false;
    }
    this.#leave();
  }

  #leave(): void {
    if (this.#isWriting) this.#isWriting = false;
    else this.#readers--;
    this.#moveUp();
  }

  #moveUp(): void {
    this.#readQueue.drain();
    if (this.#readQueue !== this.#queue) this.#queue.drain();
    deliver();
  }
}
