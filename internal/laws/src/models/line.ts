import type { Ask } from './ask.ts';

/** A line of requests in plain arrays: their order, how they give up, and when their callbacks run. */
export abstract class LineModel {
  protected line: Ask[] = [];
  private arrivals: Ask[] = [];
  readonly aborted = new Set<number>();
  /** What queued callbacks threw. */
  report: (error: unknown) => void = () => {};
  private decided: (() => void)[] = [];

  protected abstract fits(ask: Ask): boolean;
  protected abstract take(ask: Ask): void;
  abstract state(): string;

  get waiting(): number {
    return this.line.length;
  }

  isWaiting(ask: Ask): boolean {
    return this.line.includes(ask);
  }

  /** Grants or refuses immediately, or queues. */
  ask(ask: Ask): void {
    if (this.dead(ask)) ask.told(`abort ${ask.signal}`);
    else if (ask.impatient) ask.told(this.goes(ask) ? undefined : 'timeout');
    else if (this.enter(ask)) ask.told();
    else this.pastTheDead(ask);
  }

  try(ask: Ask): boolean {
    return this.goes(ask);
  }

  /** An aborted head blocks nobody, even before it is notified. It is notified when everything is decided. */
  private goes(ask: Ask): boolean {
    const isDead = this.isHeadDead(ask);
    const granted = this.goesNow(ask);
    if (!isDead) return granted;
    this.settle();
    const grantedNow = granted || this.goesNow(ask);
    this.flush();
    return grantedNow;
  }

  private goesNow(ask: Ask): boolean {
    const granted = this.enter(ask);
    this.leave(ask);
    return granted;
  }

  /** The request gives up, if it still waits. */
  giveUp(ask: Ask, refusal: string): void {
    if (!this.isWaiting(ask)) return;
    this.refuse(ask, refusal);
    this.change();
  }

  /** A signal has aborted: all its waits end, in the order of their calls. */
  abort(signal: number): void {
    const leaving = this.arrivals.filter((ask) => ask.signal === signal && this.isWaiting(ask));
    if (leaving.length === 0) return;
    for (const ask of leaving) this.refuse(ask, 'abort');
    this.change();
  }

  cancel(): void {
    for (const ask of this.line) this.refuse(ask, 'cancel');
    this.change();
  }

  /** Every change of what fits ends here: the line moves up, then the callbacks run in order. */
  protected change(): void {
    this.settle();
    this.flush();
  }

  /** Whatever else ends the wait, an abort came first. */
  protected refuse(ask: Ask, refusal: string): void {
    const first = this.dead(ask) ? `abort ${ask.signal}` : refusal;
    this.leave(ask);
    this.decided.push(() => ask.told(first));
  }

  protected grant(ask: Ask): void {
    this.leave(ask);
    this.take(ask);
    this.decided.push(() => ask.told());
  }

  /** The lanes in which requests wait behind one another: one, unless a model has more. */
  protected get lanes(): ((ask: Ask) => boolean)[] {
    return [() => true];
  }

  protected dead(ask: Ask): boolean {
    return ask.signal !== undefined && this.aborted.has(ask.signal);
  }

  /** Joins the line, and is admitted if no wait is needed. */
  private enter(ask: Ask): boolean {
    this.join(ask);
    if (this.headOf(ask) !== ask || !this.fits(ask)) return false;
    this.leave(ask);
    this.take(ask);
    return true;
  }

  private pastTheDead(newcomer: Ask): void {
    if (this.isHeadDead(newcomer)) this.change();
  }

  private isHeadDead(newcomer: Ask): boolean {
    const head = this.headOf(newcomer);
    return head !== undefined && this.dead(head);
  }

  private headOf(ask: Ask): Ask | undefined {
    const lane = this.lanes.find((each) => each(ask));
    return lane && this.line.find(lane);
  }

  protected join(ask: Ask): void {
    const behind = this.line.findIndex((each) => (each.priority ?? 0) < (ask.priority ?? 0));
    this.line.splice(behind < 0 ? this.line.length : behind, 0, ask);
    this.arrivals.push(ask);
  }

  private leave(ask: Ask): void {
    this.line = this.line.filter((each) => each !== ask);
  }

  /** Moves up every lane as far as possible. */
  private settle(): void {
    const { length } = this.decided;
    for (const lane of this.lanes) {
      for (let ask = this.line.find(lane); ask; ask = this.line.find(lane)) {
        if (this.dead(ask)) this.refuse(ask, 'abort');
        else if (this.fits(ask)) this.grant(ask);
        else break;
      }
    }
    if (this.decided.length > length) this.settle();
  }

  private flush(): void {
    for (let tell = this.decided.shift(); tell; tell = this.decided.shift()) {
      try {
        tell();
      } catch (error) {
        this.report(error);
      }
    }
  }
}
