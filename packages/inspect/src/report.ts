import { type Entry, entryOf } from './entry.ts';
import type { Request } from './request.ts';

/** Where Node, Bun and Deno look for an object's own view in `console.warn`. */
const inspection = Symbol.for('nodejs.util.inspect.custom');

const TITLES = {
  deadlock: 'Deadlock: none of these waits can end, because each waits for the next',
  'slow-wait': 'Slow wait',
  'slow-hold': 'Slow hold',
  'lost-guard': 'Lost guard: it was garbage-collected without being released',
};

/** Something that is probably wrong. */
export interface Report {
  readonly kind: 'deadlock' | 'slow-wait' | 'slow-hold' | 'lost-guard';
  /**
   * What it is about. Of a deadlock: each wait, followed by what it waits for; of a slow wait: the wait, followed by the
   * holds of the lock.
   */
  readonly entries: readonly Entry[];
  /** All of it as text. */
  toString(): string;
}

/** Tells the last one that watches the lock. It never throws. */
export function report(kind: Report['kind'], about: Request, requests: readonly Request[]): void {
  const { onReport } = about.lock.settings ?? {};
  if (onReport === undefined) return;
  const entries = requests.map((request) => entryOf(request));
  const text = `${TITLES[kind]}.${entries.map(show).join('')}`;
  const toString = (): string => text;
  try {
    onReport(Object.defineProperty({ kind, entries, toString }, inspection, { value: toString }));
  } catch (error) {
    console.error(error);
  }
}

function show({ lock, kind, verb, since, task, stack }: Entry): string {
  const who = task === undefined ? '' : `task ${task} `;
  const what = kind === 'wait' ? 'waits for' : 'holds';
  const ms = Date.now() - since.getTime();
  return `\n  ${who}${what} ${lock}: ${verb}(), for ${ms} ms${stack === undefined ? '' : `\n${stack}`}`;
}
