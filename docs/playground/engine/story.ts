import type { Actor } from './actor.ts';
import type { Argument } from './argument.ts';
import type { Ask, Mode, Scenario } from './scenario.ts';

/** Values to look at, by the expressions that read them. */
export type State = Record<string, unknown>;

export interface Verdict {
  isRight: boolean;
  text: string;
}

/**
 * A program, the calls of it and their times, and what goes wrong without the lock.
 *
 * The program is what runs, and what is shown. The ends of its lines say what the playground needs to know: `//: holds`
 * begins the phase of that name, of whoever called the function; `//: holds of page` that of the actor of that name;
 * `//: holds|works` another one without the lock.
 * A line that ends with `//lock` is commented out without the lock; one with `//bare` is there only without. `//lock:
 * waits` is both. `{capacity}`, `{policy}` and `{ticket}` are those of the scenario.
 */
export interface Story {
  /** For addresses. */
  id: string;
  title: string;
  text: string;
  /** The switch, and what goes wrong there; and whether an actor takes its keys one after the other there. */
  without: { label: string; text: string; takesKeysInTurn?: true };
  imports: string;
  code: string;
  /** Which function an actor calls, and with what. */
  call(ask: Ask, options: Argument | undefined): { task: string; args: Argument[] };
  /** Variables of the program. */
  shows: readonly string[];
  /** What the lock says of itself. */
  state: readonly string[];
  /** How the lock itself is changed, with `value` for the new value. */
  changes?: Partial<Record<'capacity' | 'ticket' | 'cancel' | 'v' | 'p' | 'cut', string>>;
  /** Values that the code takes for granted, made anew for each recording. */
  given?(): Record<string, unknown>;
  /** What has come of it in the end. */
  judge(state: State, actors: readonly Actor[]): Verdict;
  /** What newcomers are called. */
  stem: string;
  /** A newcomer in words, where a name like `withdraw 5 (2)` says too little. */
  newcomer?: string;
  /** Whether nothing but the story itself makes sense: no newcomers. */
  isFixed?: true;
  scenario: Omit<Scenario, 'story'>;
}

type Field = 'mode' | 'keys' | 'condition' | 'amount' | 'hold' | 'writes' | 'permits' | 'priority' | 'timeout';

/** A page of the playground. */
export interface Kind {
  /** The name of the class or the functions. */
  name: string;
  /** The name of the lock, if that is another. */
  lock?: string;
  /** The fields of an actor, in the order of the form. */
  fields: readonly Field[];
  modes?: readonly Mode[];
  /** The controls of the lock itself. */
  knobs: readonly ('capacity' | 'policy' | 'ticket' | 'count' | 'cancel')[];
  stories: readonly [Story, ...Story[]];
}
