/** What an actor asks for, where a story offers more than one thing. */
export type Mode = 'read' | 'write' | 'upgradable' | 'work' | 'wait';

/** An actor arrives and asks. Times are in milliseconds. */
export interface Ask {
  at: number;
  /** Its name, like `withdraw 10`. */
  ask: string;
  mode?: Mode;
  /** The keys whose locks it takes together, separated by spaces. */
  keys?: string;
  /** The ticket it waits for, as text: see condition.ts. */
  condition?: string;
  /** How much, where a story counts something. */
  amount?: number;
  /** How long it holds what it asked for. */
  hold?: number;
  /** How long it then writes, after an upgrade. */
  writes?: number;
  /** Whether it throws in the end. */
  throws?: true;
  permits?: number;
  priority?: number;
  timeout?: number;
}

/** The signal of an actor aborts. */
interface Abort {
  at: number;
  abort: string;
}

/** A change to the lock itself. */
export type Change =
  | { at: number; capacity: number }
  | { at: number; ticket: string }
  | { at: number; call: 'cancel' | 'v' | 'p' | 'cut' };

export type Step = Ask | Abort | Change;
export type Policy = 'fair' | 'readers';

/** Everything that happens in a playground: the same scenario gives the same picture. */
export interface Scenario {
  /** Whose code runs. */
  story: string;
  /** Whether the code runs without its lock. */
  without?: true;
  /** What the lock is created with. */
  capacity?: number;
  policy?: Policy;
  ticket?: string;
  /** In order of time. */
  steps: Step[];
}

export function isAsk(step: Step): step is Ask {
  return 'ask' in step;
}

export function asksOf({ steps }: Scenario): Ask[] {
  return steps.filter(isAsk);
}

/** Whether a text is a list of one to four short keys. */
export function isKeys(text: string): boolean {
  return /^ *[a-z]{1,9}( +[a-z]{1,9}){0,3} *$/.test(text);
}

/** The keys that an actor names. */
export function split(keys = ''): string[] {
  return keys.split(' ').filter((key) => key !== '');
}

/** Inserts a step after all others of the same time. */
export function insert(scenario: Scenario, step: Step): void {
  const place = scenario.steps.findLastIndex(({ at }) => at <= step.at) + 1;
  scenario.steps.splice(place, 0, step);
}

/** A name that nobody has: `request 3`, or `withdraw 5` and then `withdraw 5 (2)`. */
export function freeName(scenario: Scenario, stem: string, amount?: number): string {
  const taken = new Set(asksOf(scenario).map(({ ask }) => ask));
  for (let number = 1; ; number++) {
    const name = amount === undefined ? `${stem} ${number}` : `${stem} ${amount}${number === 1 ? '' : ` (${number})`}`;
    if (!taken.has(name)) return name;
  }
}
