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
import { UpgradableHold, WriteHold } from './guards.ts';

/** What can be asked for from outside. */
export type Mode = 'read' | 'upgradable' | 'write';

/** What can wait in line. */
type Request = Mode | 'upgrade';

/** Where one waits. */
export type Queue = WaiterQueue<Holds, Request, Guard>;

const UPGRADE = 'ReadWriteLock.upgradable.upgrade';

/** Who goes first. */
export type Policy = 'fair' | 'readers';

/**
 * Who holds a read/write lock, who waits for it, and the rules that let them in.
 *
 * An upgradable hold counts as a reader until it is upgraded; then it is the writer.
 */
export class Holds {
  #readers = 0;
  #guardedReaders = 0;
  #writer: 'no' | 'bare' | 'guarded' = 'no';
  #hasUpgradable = false;
  #waitingUpgrade: Waiter<Request> | undefined;
  readonly #queue: Queue = new WaiterQueue<Holds, Request, Guard>(this, this.#admit, this.#guard);
  // One line for all is what makes the fair policy fair. An upgradable hold keeps writers out, so it waits with them.
  readonly #readQueue: Queue;

  constructor(policy: Policy) {
    this.#readQueue =
      policy === 'fair' ? this.#queue : new WaiterQueue<Holds, Request, Guard>(this, this.#admit, this.#guard);
  }

  get readers(): number {
    return this.#readers;
  }

  get isWriting(): boolean {
    return this.#writer !== 'no';
  }

  get waiting(): number {
    return this.#queue.size + (this.#readQueue === this.#queue ? 0 : this.#readQueue.size);
  }

  get waitingWriters(): number {
    let writers = 0;
    for (const { request } of this.#queue) if (request === 'write' || request === 'upgrade') writers++;
    return writers;
  }

  /** Where one waits for this. */
  queue(mode: Mode): Queue {
    return mode === 'read' ? this.#readQueue : this.#queue;
  }

  /** Gives back a bare hold. */
  unlock(): void {
    if (this.#writer === 'bare') {
      this.#writer = 'no';
    } else if (this.#readers > this.#guardedReaders) {
      this.#readers--;
    } else if (this.#readers > 0 || this.isWriting) {
      throw new InvalidStateError('ReadWriteLock is held by guards or sandboxes only; only they can unlock it');
    } else {
      throw new InvalidStateError('ReadWriteLock is not locked');
    }
    this.#moveUp();
  }

  /** Makes the guarded writer a guarded reader. */
  downgrade(): Guard {
    this.#writer = 'no';
    this.#readers = 1;
    const guard = this.#guard('read');
    this.#moveUp();
    return guard;
  }

  /** Makes the upgradable reader the guarded writer, before everybody else who waits. */
  upgrade(onGrant: () => void, onGiveUp: (reason: unknown) => void, terms: Terms): void {
    if (!this.#hasUpgradable) {
      throw new InvalidStateError('UpgradableGuard.upgrade() on a guard that is upgraded already');
    }
    if (this.#waitingUpgrade !== undefined) {
      throw new InvalidStateError('UpgradableGuard.upgrade() while it waits for that already');
    }
    const beforeAll = { ...terms, priority: Number.POSITIVE_INFINITY };
    if (this.#queue.ask('upgrade', beforeAll, UPGRADE) !== undefined) {
      onGrant();
      return;
    }
    const waiter = new PromiseWaiter<Request>('upgrade', onGrant, (reason) => {
      this.#waitingUpgrade = undefined;
      onGiveUp(reason);
      // It held back readers in the other line, which nobody else would move up.
      if (this.#readQueue !== this.#queue) this.#readQueue.drain();
    });
    this.#waitingUpgrade = waiter;
    try {
      this.#queue.join(waiter, beforeAll, UPGRADE);
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

  #admit(request: Request): boolean {
    switch (request) {
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
        if (this.isWriting || this.#readers > 0) return false;
        this.#writer = 'bare';
        return true;
      case 'upgrade':
        if (this.#readers > 1) return false;
        this.#readers--;
        this.#guardedReaders--;
        this.#hasUpgradable = false;
        this.#waitingUpgrade = undefined;
        this.#writer = 'guarded';
        return true;
    }
  }

  #guard(request: Request): Guard {
    if (request === 'write') {
      this.#writer = 'guarded';
      return new WriteHold(this, this.#giveBackWrite, undefined);
    }
    this.#guardedReaders++;
    if (request === 'upgradable') return new UpgradableHold(this, this.#giveBackUpgradable);
    return new Hold<Holds>(this, this.#giveBackRead, undefined);
  }

  #canRead(): boolean {
    return !this.isWriting && (this.#waitingUpgrade === undefined || this.#waitingUpgrade.abortedSignal !== undefined);
  }

  #giveBackRead(): void {
    this.#readers--;
    this.#guardedReaders--;
    this.#moveUp();
  }

  #giveBackWrite(): void {
    this.#writer = 'no';
    this.#moveUp();
  }

  #giveBackUpgradable(): void {
    if (!this.#hasUpgradable) {
      this.#giveBackWrite();
      return;
    }
    if (this.#waitingUpgrade !== undefined) {
      this.#queue.giveUp(this.#waitingUpgrade, new AbortError('The guard was released before its upgrade'));
    }
    this.#hasUpgradable = false;
    this.#giveBackRead();
  }

  #moveUp(): void {
    this.#readQueue.drain();
    if (this.#readQueue !== this.#queue) this.#queue.drain();
    deliver();
  }
}
