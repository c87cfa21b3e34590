import { Mutex } from 'valvekit';
import { type Actor, type Ending, hasEnded, type Phase } from './actor.ts';
import type { World } from './argument.ts';
import { Clock } from './clock.ts';
import { callsOf, changeCode, compile, type Running } from './program.ts';
import { type Ask, type Change, isAsk, type Scenario, type Step, split } from './scenario.ts';
import type { State, Story, Verdict } from './story.ts';

/** Something that happened, in words. */
export interface Event {
  at: number;
  text: string;
  /** Missing if it happened to the lock itself. */
  actor?: string;
  /** Whether something begins that may have had to wait for the end of something else. */
  isStart?: true;
}

/** Values at a time. */
interface Look {
  at: number;
  values: State;
  lock: State;
}

/** All that happens in a scenario, from its start to its end. */
export interface Recording {
  actors: Actor[];
  events: Event[];
  looks: Look[];
  /** When nothing more happens. */
  end: number;
  verdict: Verdict;
}

export const LONGEST_TIME = 600_000;
/** How long those who wait forever are shown waiting. */
const STUCK = 1000;

// The clock takes charge of the timers of the page, so one recording at a time: a job for a Mutex.
const studio = new Mutex({ name: 'studio' });

/** Plays a scenario to its end, with real locks, on a clock of its own. */
export function record(story: Story, scenario: Scenario): Promise<Recording> {
  return studio.sandbox(() => new Recorder(story, scenario).play());
}

export function lookAt({ looks }: Recording, time: number): Look | undefined {
  return looks.findLast(({ at }) => at <= time);
}

/** The next time at which something happens. */
export function nextEvent({ looks }: Recording, time: number): number | undefined {
  return looks.find(({ at }) => at > time)?.at;
}

export function presentAt({ actors }: Recording, time: number): Actor[] {
  return actors.filter((actor) => actor.at <= time && !hasEnded(actor, time));
}

class Recorder implements World {
  readonly #story: Story;
  readonly #clock = new Clock();
  readonly #actors = new Map<string, Actor>();
  readonly #asks = new Map<string, Ask>();
  readonly #controllers = new Map<string, AbortController>();
  readonly #thrown = new WeakSet<object>();
  readonly #events: Event[] = [];
  readonly #looks: Look[] = [];
  // Started when the clock is in charge, because it may look at the time.
  #program!: Running;
  readonly #scenario: Scenario;
  readonly #calls: ReturnType<typeof callsOf>;
  #caller: string | undefined;

  constructor(story: Story, scenario: Scenario) {
    this.#story = story;
    this.#scenario = scenario;
    this.#calls = callsOf(story, scenario);
  }

  async play(): Promise<Recording> {
    await this.#clock.run(() => {
      this.#program = this.#start();
    });
    for (const [index, step] of this.#scenario.steps.entries())
      this.#clock.setStep(step.at, () => this.#take(step, index));
    this.#look();
    for (let { next } = this.#clock; next !== undefined && next <= LONGEST_TIME; { next } = this.#clock) {
      await this.#clock.passTo(next);
      this.#look();
    }
    const last = this.#looks.findLast((look, index) => this.#differs(look, this.#looks[index - 1]))?.at ?? 0;
    const actors = [...this.#actors.values()];
    const isStuck = actors.some(({ ending }) => ending === undefined);
    const end = isStuck ? last + STUCK : last;
    for (const actor of actors) this.#finish(actor, end);
    const values = { ...this.#looks.at(-1)?.values, ...this.#looks.at(-1)?.lock };
    return {
      actors,
      events: this.#events,
      looks: this.#looks,
      end,
      verdict: this.#story.judge(values, actors),
    };
  }

  work(time: number, fails: boolean): () => Promise<void> {
    return () =>
      new Promise((resolve, reject) => {
        this.#clock.set(time, () => {
          if (!fails) return resolve();
          const error = new Error('out of luck');
          this.#thrown.add(error);
          reject(error);
        });
      });
  }

  signalOf(name: string): AbortSignal {
    const controller = this.#controllers.get(name) ?? new AbortController();
    this.#controllers.set(name, controller);
    return controller.signal;
  }

  #start(): Running {
    return compile(
      this.#story,
      this.#scenario,
      { caller: () => this.#caller, mark: (line, phase, actor) => this.#mark(line, phase, actor ?? '') },
      {
        ...this.#story.given?.(),
        sleep: (time: number) => this.work(time, false)(),
        console: { log: (...words: unknown[]) => this.#tell(words.join(' ')) },
      },
    );
  }

  #take(step: Step, index: number): void {
    if (isAsk(step)) this.#enter(step, index);
    else if ('abort' in step) this.#abort(step.abort);
    else this.#change(step);
  }

  #enter(ask: Ask, index: number): void {
    const { call } = this.#calls[index] ?? {};
    if (call === undefined) return;
    this.#asks.set(ask.ask, ask);
    const actor = this.#actor(ask.ask);
    const args = call.args.map((argument) => argument.valueIn(this));
    this.#caller = ask.ask;
    const task = this.#program.tasks[call.task]?.(...args) ?? Promise.resolve();
    this.#caller = undefined;
    task.then(
      () => this.#end(actor, 'done'),
      (error) => this.#end(actor, this.#endingBy(ask.ask, error), error),
    );
  }

  #abort(name: string): void {
    this.#tell(`${name} is aborted`);
    this.#controllers.get(name)?.abort();
  }

  #change(change: Change): void {
    this.#tell(changeCode(this.#story, change));
    const [name = '', value] =
      'capacity' in change
        ? ['capacity', change.capacity]
        : 'ticket' in change
          ? ['ticket', change.ticket]
          : [change.call];
    try {
      this.#program.changes[name]?.(value);
    } catch (error) {
      this.#tell(String(error));
    }
  }

  /** Someone who is seen for the first time has just come. */
  #actor(name: string): Actor {
    const known = this.#actors.get(name);
    if (known) return known;
    const { mode, keys, condition, amount = 0, permits = 1, priority = 0 } = this.#asks.get(name) ?? {};
    // Most names say for which keys.
    const others = split(keys).every((key) => name.includes(key)) ? undefined : keys;
    const details = [mode, others, condition, permits > 1 && `×${permits}`, priority !== 0 && `priority ${priority}`];
    const actor: Actor = {
      name,
      at: this.#clock.now,
      spans: [],
      details: details.filter(Boolean).join(' '),
      amount,
      permits,
      keys: split(keys),
      priority,
    };
    this.#actors.set(name, actor);
    this.#tell(`${name} asks`, name);
    return actor;
  }

  #mark(line: number, phase: Phase | 'done', name: string): void {
    const actor = this.#actor(name);
    if (phase === 'done') this.#end(actor, 'done');
    if (phase === 'done' || actor.ending !== undefined) return;
    this.#closeSpan(actor);
    actor.spans.push({ phase, line, from: this.#clock.now, to: Number.POSITIVE_INFINITY });
    if (phase !== 'waits') this.#tell(`${name} ${phase === 'lost' ? 'has lost its lease' : phase}`, name, true);
  }

  #end(actor: Actor, ending: Ending, error?: unknown): void {
    if (actor.ending !== undefined) return;
    this.#closeSpan(actor);
    actor.ending = ending;
    actor.endedAt = this.#clock.now;
    const what = error instanceof Error ? error.message : String(error);
    this.#tellEnd(ending === 'done' ? `${actor.name} is done` : `${actor.name} fails: ${what}`, actor.name);
  }

  #endingBy(name: string, error: unknown): Ending {
    if (error instanceof Object && this.#thrown.has(error)) return 'threw';
    const { aborted, reason } = this.signalOf(name);
    if (aborted && reason === error) return 'aborted';
    if (error instanceof RangeError) return 'refused';
    if (!(error instanceof Error)) return 'canceled';
    if (error.name === 'TimeoutError') return 'timed out';
    if (error.name === 'LeaseLostError') return 'lost';
    return error.name === 'AbortError' ? 'canceled' : 'threw';
  }

  #closeSpan({ spans }: Actor): void {
    const span = spans.at(-1);
    if (span === undefined) return;
    span.to = Math.min(span.to, this.#clock.now);
    if (span.from === span.to) spans.pop();
  }

  // Who is still there when nothing more can happen waits forever.
  #finish(actor: Actor, end: number): void {
    if (actor.ending !== undefined) return;
    actor.ending = 'waits forever';
    actor.endedAt = end;
  }

  #look(): void {
    const at = this.#clock.now;
    if (this.#looks.at(-1)?.at === at) this.#looks.pop();
    this.#looks.push({ at, ...this.#program.state() });
  }

  // Timers that change nothing, such as the renewals of a lease, are no events.
  #differs(look: Look, before: Look | undefined): boolean {
    if (this.#events.some(({ at }) => at === look.at)) return true;
    return JSON.stringify([look.values, look.lock]) !== JSON.stringify([before?.values, before?.lock]);
  }

  readonly #tell = (text: string, actor?: string, isStart = false): void => {
    const at = this.#clock.now;
    this.#events.push({ at, text, ...(actor !== undefined && { actor }), ...(isStart && { isStart }) });
  };

  // A lock is handed over before the function that held it returns. Told like that, two would seem to hold it.
  #tellEnd(text: string, actor: string): void {
    const { now } = this.#clock;
    const isBefore = (event: Event): boolean => event.at < now || event.actor === actor || !event.isStart;
    this.#events.splice(this.#events.findLastIndex(isBefore) + 1, 0, { at: now, text, actor });
  }
}
