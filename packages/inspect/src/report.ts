import { adopt } from '@valvekit/core/line';
import type { Entry, Report } from './contract.ts';
import type { Request } from './graph.ts';

/** Where Node, Bun and Deno look for an object's own view in `console.warn`. */
const inspection = Symbol.for('nodejs.util.inspect.custom');

const TITLES = {
  deadlock: 'Deadlock: each of these waits for the next',
  'slow-wait': 'Slow wait',
  'slow-hold': 'Slow hold',
  'lost-guard': 'Lost guard: garbage-collected without being released',
};

/** Tells the last one that watches the lock, unless the request has ended, perhaps with its watch. It never throws. */
export function report(kind: Report['kind'], about: Request, requests: readonly Request[]): void {
  const { stage, lock } = about;
  if (stage === 'over' || lock.settings === undefined) return;
  const { onReport } = lock.settings;
  const entries = requests.map(entryOf);
  const text = `${TITLES[kind]}.${entries.map(lineOf).join('')}`;
  const show = (): string => text;
  attempt(() => onReport({ kind, entries, toString: show, [inspection]: show } as Report));
}

/** The entry of a request that waits or holds. */
export function entryOf(request: Request): Entry {
  const { lock, verb, task, stack, start, stage, permits } = request;
  return {
    lock: lock.name,
    kind: stage as Entry['kind'],
    verb,
    since: new Date(Date.now() - performance.now() + start),
    task: task?.number,
    permits,
    ...(stack !== undefined && { stack }),
  };
}

/** Calls a function of the user. What it throws is shown, and stops nothing; so is what a promise of it rejects with. */
export function attempt<R>(fn: () => R): R | undefined {
  try {
    const result = fn();
    void adopt(result)?.catch(console.error);
    return result;
  } catch (error) {
    console.error(error);
    return undefined;
  }
}

function lineOf({ lock, kind, verb, since, task, stack }: Entry): string {
  const who = task === undefined ? '' : `task ${task} `;
  const what = kind === 'wait' ? 'waits for' : 'holds';
  const ms = Date.now() - since.getTime();
  return `\n  ${who}${what} ${lock}: ${verb}(), for ${ms} ms${stack === undefined ? '' : `\n${stack}`}`;
}
