import type { Ask } from './ask.ts';
import { LineModel } from './line.ts';
import { misuse } from './misuse.ts';

/** Semaphore: permits, all or none of them, in turn. */
export class SemaphoreModel extends LineModel {
  private held = 0;
  private bare = 0;
  private capacity: number;

  constructor(capacity = 1) {
    super();
    this.capacity = capacity;
  }

  protected fits({ permits = 1 }: Ask): boolean {
    return this.held + permits <= this.capacity;
  }

  protected take({ permits = 1, guarded }: Ask): void {
    this.held += permits;
    if (!guarded) this.bare += permits;
  }

  override ask(ask: Ask): void {
    this.possible(ask);
    super.ask(ask);
  }

  override try(ask: Ask): boolean {
    this.possible(ask);
    return super.try(ask);
  }

  release(permits: number, guarded = false): void {
    if (!guarded && permits > this.bare) throw misuse('InvalidStateError');
    if (!guarded) this.bare -= permits;
    this.held -= permits;
    this.change();
  }

  resize(capacity: number): void {
    this.capacity = capacity;
    for (const ask of this.line) if (this.never(ask)) this.refuse(ask, 'RangeError');
    this.change();
  }

  state(): string {
    return `available=${this.capacity - this.held} capacity=${this.capacity} waiting=${this.waiting}`;
  }

  /** Capacity 0 is a pause: no request is refused for its size. */
  private never({ permits = 1 }: Ask): boolean {
    return this.capacity > 0 && permits > this.capacity;
  }

  private possible(ask: Ask): void {
    if (this.never(ask)) throw misuse('RangeError');
  }
}
