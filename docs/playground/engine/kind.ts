import type { Actor, Tell } from './actor.ts';
import type { Clock } from './clock.ts';
import type { Change, Mode, Scenario } from './scenario.ts';

/** What the primitive says of itself, by the names of its getters. */
export type State = Record<string, string | number | boolean>;

/** A real primitive, and what actors do with it. */
export interface Stage {
  /** Read from the primitive's own getters. */
  readonly state: State;
  /** Asks, holds and leaves; ends as the primitive's promise does. */
  visit(actor: Actor): Promise<void>;
  /** Does what is done to the primitive itself. */
  change(change: Change): void;
}

interface Example {
  title: string;
  /** What there is to see. */
  text: string;
  scenario: Scenario;
}

/** All that the playground must know of one primitive. */
export interface Kind {
  /** The name of its class. */
  name: string;
  /** What an actor can be told, in the order of the form. */
  fields: ('mode' | 'condition' | 'hold' | 'writes' | 'permits' | 'priority' | 'timeout')[];
  modes?: Mode[];
  /** What can be done to the primitive itself. */
  knobs: ('capacity' | 'policy' | 'ticket' | 'count')[];
  open(scenario: Scenario, clock: Clock, tell: Tell): Stage;
  /** A program that does the same. */
  program(scenario: Scenario): string;
  examples: [Example, ...Example[]];
}
