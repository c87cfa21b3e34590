import type { Span } from '../engine/actor.ts';
import type { Event, Recording } from '../engine/recording.ts';

/** Shown even of the shortest run. */
const SHORTEST = 3000;
/** What is left of the width behind the last event, for its label. */
const MARGIN = 0.14;

/** How much time is in view: the whole run. */
export function viewOf(recording: Recording | undefined): number {
  return Math.max(SHORTEST, recording?.end ?? 0) * (1 + MARGIN);
}

export function place(time: number, view: number): string {
  return `${((time / view) * 100).toFixed(3)}%`;
}

/** The part of a segment that has passed. */
export function boxOf({ from, to }: Span, now: number, view: number): { left: string; width: string } {
  return { left: place(from, view), width: place(Math.max(0, Math.min(to, now) - from), view) };
}

/** A change to the lock, and where its label has room. */
export interface Mark {
  at: number;
  text: string;
  row: number;
  /** Whether the label is to the left of its time, because there is no room to the right. */
  isLeft: boolean;
}

// Wide enough for every label in a monospaced font of 12 px.
const LETTER = 7.4;
const PADDING = 16;

/** Puts labels into rows, so that none collides. */
export function rowsOf(events: readonly Event[], view: number, width: number): Mark[] {
  const ends: number[] = [];
  return events.map(({ at, text }) => {
    const size = text.length * LETTER + PADDING;
    const x = (at / view) * width;
    const isLeft = x + size > width && x - size >= 0;
    const start = isLeft ? x - size : x;
    const free = ends.findIndex((end) => end <= start);
    const row = free === -1 ? ends.length : free;
    ends[row] = start + size;
    return { at, text, row, isLeft };
  });
}
