import type { Ask } from './ask.ts';
import { LineModel } from './line.ts';

/** What a barrier's waiter waits for: true, false, or it throws. */
export interface Condition extends Ask {
  matches: (ticket: unknown) => boolean;
  /** Whether each ticket is shown to it; others are found by their values. */
  isTest: boolean;
}

/** Barrier: a snapshot of those who match, for each ticket. Nobody holds anybody back. */
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

  /** Nobody is next: only a ticket lets anybody go. */
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
      // Who waits for other values is left alone, aborted or not.
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
