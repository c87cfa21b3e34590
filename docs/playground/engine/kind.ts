import type { Actor, Tell } from './actor.ts';
import type { Clock } from './clock.ts';
import type { Change, Mode, Scenario } from './scenario.ts';

/** The state of a primitive, by the names of its getters. */
export type State = Record<string, string | number | boolean>;

/** A real primitive, and what actors do with it. */
export interface Stage {
  /** Read from the primitive's own getters. */
  readonly state: State;
  /** Asks, holds and leaves; settles as the primitive's promise does. */
  visit(actor: Actor): Promise<void>;
  /** Applies a change to the primitive itself. */
  change(change: Change): void;
}

interface Example {
  title: string;
  /** What the example shows. */
  text: string;
  scenario: Scenario;
}

/** Everything that the playground needs to know about a primitive. */
export interface Kind {
  /** The name of its class. */
  name: string;
  /** The fields of an actor, in the order of the form. */
  fields: ('mode' | 'keys' | 'condition' | 'hold' | 'writes' | 'permits' | 'priority' | 'timeout')[];
  modes?: Mode[];
  /** The controls of the primitive itself. */
  knobs: ('capacity' | 'policy' | 'ticket' | 'count')[];
  open(scenario: Scenario, clock: Clock, tell: Tell): Stage;
  /** A program that does the same as the scenario. */
  program(scenario: Scenario): string;
  examples: [Example, ...Example[]];
}
