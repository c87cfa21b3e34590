import { conditionCode, conditionOf, quoted } from './condition.ts';
import type { Ask } from './scenario.ts';

/** What a recording has to offer to those who run in it. */
export interface World {
  /** A function that takes so long, and then fails if it must. */
  work(time: number, fails: boolean): () => Promise<void>;
  signalOf(actor: string): AbortSignal;
}

/** An argument of a call: as it is written, and what it is. */
export interface Argument {
  text: string;
  valueIn(world: World): unknown;
}

export function literal(value: string | number | readonly string[]): Argument {
  const text =
    typeof value === 'object'
      ? `[${value.map(quoted).join(', ')}]`
      : typeof value === 'string'
        ? quoted(value)
        : String(value);
  return { text, valueIn: () => value };
}

/** What an actor does while it holds what it asked for. */
export function workOf({ hold = 0, throws }: Ask): Argument {
  return {
    text: `${throws ? 'failsAfter' : 'takes'}(${hold})`,
    valueIn: (world) => world.work(hold, throws === true),
  };
}

export function condition(text: string): Argument {
  return { text: conditionCode(text), valueIn: () => conditionOf(text) };
}

/** The options of a wait; undefined if there are none. */
export function optionsOf(
  { ask, permits, priority, timeout }: Ask,
  controller: string | undefined,
): Argument | undefined {
  const given = Object.entries({ permits, priority, timeout }).filter(([, value]) => value !== undefined);
  const texts = given.map(([name, value]) => `${name}: ${value}`);
  if (controller !== undefined) texts.push(`signal: ${controller}.signal`);
  if (texts.length === 0) return undefined;
  return {
    text: `{ ${texts.join(', ')} }`,
    valueIn: (world) => ({
      ...Object.fromEntries(given),
      ...(controller !== undefined && { signal: world.signalOf(ask) }),
    }),
  };
}
