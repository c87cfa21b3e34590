import type { Span } from '../engine/actor.ts';
import type { Event, Recording } from '../engine/recording.ts';

/** Shown even of the shortest run. */
const SHORTEST = 3000;
/** What is left of the width behind the last event, for its label, in pixels. */
const MARGIN = 104;

/** How much time is in view: the whole run. */
export function viewOf(recording: Recording | undefined, width: number): number {
  return (Math.max(SHORTEST, recording?.end ?? 0) * width) / Math.max(MARGIN, width - MARGIN);
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
  /** How far to the left of its time it begins, because there is too little room to the right, in pixels. */
  shift: number;
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
    const shift = Math.min(x, Math.max(0, x + size - width));
    const start = x - shift;
    const free = ends.findIndex((end) => end <= start);
    const row = free === -1 ? ends.length : free;
    ends[row] = start + size;
    return { at, text, row, shift };
  });
}
