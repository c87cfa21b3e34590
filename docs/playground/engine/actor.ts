/** What an actor is doing, as the lines of a story say it. */
export type Phase = 'waits' | 'holds' | 'reads' | 'writes' | 'works' | 'ready' | 'lost';

/** How it ended. */
export type Ending = 'done' | 'threw' | 'timed out' | 'aborted' | 'canceled' | 'refused' | 'lost' | 'waits forever';

/** One segment of an actor's lane. */
export interface Span {
  phase: Phase;
  /** The line of the code at which it is. */
  line: number;
  from: number;
  to: number;
}

/** Someone who asks, waits, holds and leaves: all that it did in a recording. */
export interface Actor {
  name: string;
  /** When it came. */
  at: number;
  spans: Span[];
  ending?: Ending;
  endedAt?: number;
  /** Details of what it asked for, such as `×3`. */
  details: string;
  amount: number;
  permits: number;
  keys: string[];
  priority: number;
}

/** The segment in which an actor is at a time, if any. */
export function spanAt({ spans }: Actor, time: number): Span | undefined {
  return spans.find(({ from, to }) => from <= time && time < to);
}

/** Whether it is gone by then. An actor that waits forever is still there. */
export function hasEnded({ ending, endedAt }: Actor, time: number): boolean {
  return ending !== 'waits forever' && endedAt !== undefined && endedAt <= time;
}

/** What an actor is doing at a time, or how it ended. */
export function statusAt(actor: Actor, time: number): Phase | Ending | 'asks' {
  if (actor.ending !== undefined && actor.endedAt !== undefined && actor.endedAt <= time) return actor.ending;
  return spanAt(actor, time)?.phase ?? 'asks';
}
