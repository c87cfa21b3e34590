import { LineModel } from './line.ts';
import { misuse } from './misuse.ts';

/** ASemaphore: a count, waiters for zero, and the function that fires there. */
export class ASemaphoreModel extends LineModel {
  private count: number;
  private readonly fire: (args: string) => void;
  private readonly due: string[] = [];
  private firing = false;

  constructor(count: number, fire: (args: string) => void) {
    super();
    this.count = count;
    this.fire = fire;
  }

  protected fits(): boolean {
    return this.count === 0;
  }

  protected take(): void {}

  v(n = 1): number {
    this.count += n;
    return this.count;
  }

  /** At zero every waiter is granted, then it fires: never nested, so a zero inside `fire` fires after it. */
  p(args: string): number {
    if (this.count === 0) throw misuse('InvalidStateError');
    this.count -= 1;
    const { count } = this;
    if (count > 0) return count;
    this.change();
    if (this.firing) {
      this.due.push(args);
      return count;
    }
    this.firing = true;
    try {
      this.fire(args);
    } finally {
      for (let next = this.due.shift(); next !== undefined; next = this.due.shift()) this.fireLate(next);
      this.firing = false;
    }
    return count;
  }

  /** The `p` that counted to zero has returned. */
  private fireLate(args: string): void {
    try {
      this.fire(args);
    } catch (error) {
      this.report(error);
    }
  }

  state(): string {
    return `count=${this.count} waiting=${this.waiting}`;
  }
}
