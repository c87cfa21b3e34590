import type { Entry, Report } from './contract.ts';
import { entryOf } from './entry.ts';
import type { Request } from './graph.ts';

/** Where Node, Bun and Deno look for an object's own view in `console.warn`. */
const inspection = Symbol.for('nodejs.util.inspect.custom');

const TITLES = {
  deadlock: 'Deadlock: none of these waits can end, because each waits for the next',
  'slow-wait': 'Slow wait',
  'slow-hold': 'Slow hold',
  'lost-guard': 'Lost guard: it was garbage-collected without being released',
};

/** Tells the last one that watches the lock. It never throws. */
export function report(kind: Report['kind'], about: Request, requests: readonly Request[]): void {
  const { onReport } = about.lock.settings ?? {};
  if (onReport === undefined) return;
  const entries = requests.map((request) => entryOf(request));
  const text = `${TITLES[kind]}.${entries.map(lineOf).join('')}`;
  const show = (): string => text;
  try {
    onReport(Object.defineProperty({ kind, entries, toString: show }, inspection, { value: show }));
  } catch (error) {
    console.error(error);
  }
}

function lineOf({ lock, kind, verb, since, task, stack }: Entry): string {
  const who = task === undefined ? '' : `task ${task} `;
  const what = kind === 'wait' ? 'waits for' : 'holds';
  const ms = Date.now() - since.getTime();
  return `\n  ${who}${what} ${lock}: ${verb}(), for ${ms} ms${stack === undefined ? '' : `\n${stack}`}`;
}
