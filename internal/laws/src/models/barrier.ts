import type { Ask } from './ask.ts';
import { LineModel } from './line.ts';

/** A waiter of a barrier. Its condition is true or false, or throws. */
export interface Condition extends Ask {
  matches: (ticket: unknown) => boolean;
  /** Whether it is tested against each ticket; others are found by their values. */
  isTest: boolean;
}

/** Barrier: each ticket grants every waiter that matches. No waiter blocks another. */
export class BarrierModel extends LineModel {
  declare protected line: Condition[];
  private ticket: unknown;

  constructor(ticket?: unknown) {
    super();
    this.ticket = ticket;
  }

  protected fits(): boolean {
    return true;
  }

  protected take(): void {}

  /** The line has no head: only a ticket ends waits. */
  protected override get lanes(): [] {
    return [];
  }

  override ask(ask: Condition): void {
    const verdict = this.judge(ask);
    if (verdict === 'no' && !ask.impatient) this.join(ask);
    else ask.told(verdict === 'yes' ? undefined : verdict === 'no' ? 'timeout' : verdict);
  }

  set(ticket: unknown): void {
    this.ticket = ticket;
    for (const ask of this.line) {
      // Waiters for other values are left alone, aborted or not.
      if (!ask.isTest && !ask.matches(ticket)) continue;
      const verdict = this.judge(ask);
      if (verdict === 'yes') this.grant(ask);
      else if (verdict !== 'no') this.refuse(ask, verdict);
    }
    this.change();
  }

  state(): string {
    return `get=${String(this.ticket)} waiting=${this.waiting}`;
  }

  /** Yes, no, or why it is refused. */
  private judge(ask: Condition): string {
    if (this.dead(ask)) return `abort ${ask.signal}`;
    try {
      return ask.matches(this.ticket) ? 'yes' : 'no';
    } catch (error) {
      return (error as Error).message;
    }
  }
}
