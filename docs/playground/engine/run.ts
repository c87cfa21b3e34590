import { Actor } from './actor.ts';
import { Clock } from './clock.ts';
import type { Kind, Stage, State } from './kind.ts';
import { type Ask, type Change, insert, isAsk, type Scenario, type Step } from './scenario.ts';

/** Something that happened, in words. */
export interface Event {
  at: number;
  text: string;
  actor?: string;
}

/** Plays a scenario from its start, on a primitive of its own. */
export class Run {
  readonly scenario: Scenario;
  readonly actors: Actor[] = [];
  readonly events: Event[] = [];
  readonly #clock = new Clock();
  readonly #stage: Stage;

  constructor(kind: Kind, scenario: Scenario) {
    this.scenario = scenario;
    this.#stage = kind.open(scenario, this.#clock, this.#tell);
    for (const step of scenario.steps) this.#clock.setStep(step.at, () => this.#take(step));
  }

  get now(): number {
    return this.#clock.now;
  }

  get state(): State {
    return this.#stage.state;
  }

  /** Whether nothing more will happen. */
  get isOver(): boolean {
    return this.#clock.next === undefined;
  }

  /** Lets time pass. */
  async passTo(time: number): Promise<void> {
    await this.#clock.passTo(Math.round(time));
    this.scenario.time = this.now;
  }

  /** Lets time pass until the next event. */
  async step(): Promise<void> {
    if (this.#clock.next !== undefined) await this.passTo(this.#clock.next);
  }

  /** Does something now, and records it in the scenario. */
  async do(step: Step): Promise<void> {
    insert(this.scenario, step);
    this.#clock.setStep(step.at, () => this.#take(step));
    await this.passTo(this.now);
  }

  /** Makes a holder return or throw now. */
  async end(name: string, how: 'return' | 'throw'): Promise<void> {
    this.#clock.set(0, () => this.#actor(name)?.endNow(how));
    await this.passTo(this.now);
  }

  readonly #tell = (text: string, actor?: Actor): void => {
    this.events.push({ at: this.now, text, ...(actor && { actor: actor.name }) });
  };

  #actor(name: string): Actor | undefined {
    return this.actors.find((actor) => actor.name === name);
  }

  #take(step: Step): void {
    if (isAsk(step)) void this.#enter(step);
    else if (!('abort' in step)) this.#change(step);
    else this.#actor(step.abort)?.abort();
  }

  async #enter(ask: Ask): Promise<void> {
    const actor = new Actor(ask, this.#clock, this.#tell);
    this.actors.push(actor);
    this.#tell(`${actor.name} asks`, actor);
    const { waiting } = this.state;
    const visit = this.#clock.lend(() => this.#stage.visit(actor));
    if (Number(this.state.waiting) > Number(waiting)) actor.enter('waits');
    try {
      await visit;
    } catch (error) {
      actor.fail(error);
    }
  }

  #change(change: Change): void {
    this.#tell(codeOf(change));
    try {
      this.#stage.change(change);
    } catch (error) {
      this.#tell(String(error));
    }
  }
}

function codeOf(change: Change): string {
  if ('capacity' in change) return `capacity = ${change.capacity}`;
  return 'ticket' in change ? `set('${change.ticket}')` : `${change.call}()`;
}
