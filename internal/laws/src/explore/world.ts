import { type Action, type Program, wordsOf } from './program.ts';
import { Progress } from './progress.ts';
import type { Host, Subject } from './subject.ts';

const MOST_EVENTS = 400;

/** Performs actions on a subject, and logs every event with the state at that moment. */
export class World implements Host {
  readonly log: string[] = [];
  readonly progress: Progress;
  private readonly program: Program;
  private readonly subject: Subject;
  private firings = 0;
  /** Called at the start of each callback. */
  onCallback: () => void = () => {};

  constructor(program: Program, make: (host: Host) => Subject) {
    this.program = program;
    this.progress = new Progress(program);
    this.subject = make(this);
  }

  /** Performs an action from outside. */
  step(action: Action): void {
    this.progress.spend(action);
    this.perform(action);
    this.look(action);
  }

  /** Ends every wait, after which nothing may be left behind. */
  finish(): void {
    this.subject.cancel();
    this.look('cancel');
  }

  /** The state that is visible now. */
  view(): string {
    return `${this.state()} ${this.subject.resources()}`;
  }

  private state(): string {
    const { shows } = this.program;
    const state = this.subject.state();
    return shows === undefined
      ? state
      : state
          .split(' ')
          .filter((part) => shows.some((name) => part.startsWith(`${name}=`)))
          .join(' ');
  }

  private look(occasion: string): void {
    this.note(occasion, this.subject.resources());
  }

  early(signal: number): boolean {
    let stops = false;
    for (const listener of this.program.listeners ?? []) {
      if (listener.signal !== signal) continue;
      for (const action of listener.does ?? []) this.perform(action);
      stops ||= listener.stops === true;
    }
    return stops;
  }

  report(error: unknown): void {
    this.note(`reported: ${(error as Error).message}`);
  }

  fire(args: string): void {
    const script = this.program.fire?.[this.firings] ?? [];
    this.firings += 1;
    this.note(`fires ${args}`);
    this.follow(script);
    this.note(`fired ${args}`);
  }

  /** Performs an action if it can happen, and logs what it throws. */
  perform(action: Action): void {
    if (!this.progress.allows(action)) return;
    const [verb, id] = wordsOf(action);
    try {
      if (verb === 'ask') this.ask(id);
      else if (verb === 'release') this.release(id);
      else if (verb === 'again') this.subject.again(id);
      else if (verb === 'abort') this.abort(id);
      else if (verb === 'expire') this.subject.expire(id);
      else if (verb === 'cancel') this.subject.cancel();
      else if (verb === 'over') this.subject.over();
      else this.subject.other(action);
    } catch (error) {
      const { name, message } = error as Error;
      this.note(`${action} throws ${name === 'Error' ? message : name}`);
    }
  }

  private ask(id: string): void {
    this.progress.asked.add(id);
    const { form, onGrant } = this.program.requests[id] ?? {};
    if (form !== 'try' && form !== 'tryGuard') {
      this.subject.ask(id, (refusal) => this.told(id, refusal));
      return;
    }
    const granted = this.subject.try(id);
    this.progress.settled.set(id, granted ? 'granted' : 'false');
    if (granted) this.progress.held.add(id);
    this.note(`${id} ${granted}`);
    if (granted) this.follow(onGrant);
  }

  private release(id: string): void {
    this.progress.held.delete(id);
    this.progress.released.add(id);
    this.subject.release(id);
  }

  private abort(signal: string): void {
    this.progress.aborted.add(signal);
    this.subject.abort(Number(signal));
  }

  private told(id: string, refusal: string | undefined): void {
    const outcome = `${this.progress.settled.has(id) ? 'again ' : ''}${refusal ?? 'granted'}`;
    this.progress.settled.set(id, outcome);
    if (refusal === undefined) this.progress.held.add(id);
    this.note(`${id} ${outcome}`);
    this.onCallback();
    const { onGrant, onRefusal } = this.program.requests[id] ?? {};
    this.follow(refusal === undefined ? onGrant : onRefusal);
  }

  private follow(script: Action[] = []): void {
    for (const action of script) {
      if (action === 'throw') throw new Error('thrown');
      this.perform(action);
    }
  }

  private note(event: string, more = ''): void {
    if (this.log.length > MOST_EVENTS) throw new Error('no end of events');
    this.log.push(`${event}: ${this.state()}${more && ` ${more}`}`);
  }
}
