import {
  AbortError,
  deliver,
  type Guard,
  Hold,
  InvalidStateError,
  PromiseWaiter,
  readWaitOptions,
  type Waiter,
  WaiterQueue,
  type WaitOptions,
} from '@valvekit/core';
import { UpgradableHold, WriteHold } from './guards.ts';

/** What can be asked for from outside. */
export type Mode = 'read' | 'upgradable' | 'write';

/** What can wait in line. */
type Request = Mode | 'upgrade';

/** Where one waits. */
export type Line = WaiterQueue<Holds, Request, Guard>;

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
  #upgrade: Waiter<Request> | undefined;
  readonly #line: Line = new WaiterQueue<Holds, Request, Guard>(this, this.#admit, this.#guard);
  // One line for all is what makes the fair policy fair.
  readonly #readLine: Line;

  constructor(policy: Policy) {
    this.#readLine =
      policy === 'fair' ? this.#line : new WaiterQueue<Holds, Request, Guard>(this, this.#admit, this.#guard);
  }

  get readers(): number {
    return this.#readers;
  }

  get isWriting(): boolean {
    return this.#writer !== 'no';
  }

  get waiting(): number {
    return this.#line.size + (this.#readLine === this.#line ? 0 : this.#readLine.size);
  }

  get waitingWriters(): number {
    let writers = 0;
    for (const { request } of this.#line) if (request === 'write' || request === 'upgrade') writers++;
    return writers;
  }

  /** Where one waits for this. */
  line(mode: Mode): Line {
    return mode === 'read' ? this.#readLine : this.#line;
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
  upgrade(onGrant: () => void, onGiveUp: (reason: unknown) => void, options: WaitOptions | undefined): void {
    if (!this.#hasUpgradable)
      throw new InvalidStateError('UpgradableGuard.upgrade() on a guard that is upgraded already');
    if (this.#upgrade !== undefined)
      throw new InvalidStateError('UpgradableGuard.upgrade() while it waits for that already');
    const terms = { ...readWaitOptions(options), priority: Number.POSITIVE_INFINITY };
    if (this.#line.ask('upgrade', terms, 'ReadWriteLock.upgradable.upgrade') !== undefined) {
      onGrant();
      return;
    }
    this.#upgrade = new PromiseWaiter('upgrade', onGrant, (reason) => {
      this.#upgrade = undefined;
      onGiveUp(reason);
      if (this.#readLine !== this.#line) this.#readLine.drain();
    });
    this.#line.join(this.#upgrade, terms, 'ReadWriteLock.upgradable.upgrade');
  }

  /** Gives up everybody who waits. */
  cancelAll(reason: unknown): void {
    this.#readLine.cancelAll(reason);
    this.#line.cancelAll(reason);
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
        this.#upgrade = undefined;
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
    return !this.isWriting && (this.#upgrade === undefined || this.#upgrade.abortedSignal !== undefined);
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
    if (this.#upgrade !== undefined) {
      this.#line.giveUp(this.#upgrade, new AbortError('The guard was released before its upgrade'));
    }
    this.#hasUpgradable = false;
    this.#giveBackRead();
  }

  #moveUp(): void {
    this.#readLine.drain();
    if (this.#readLine !== this.#line) this.#line.drain();
    deliver();
  }
}
