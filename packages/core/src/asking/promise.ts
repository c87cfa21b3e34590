import type { GiveUpOptions } from '../contract/options.ts';
import type { AskingVerb } from '../line/verb.ts';
import type { Line } from '../line/waiter.ts';
import { enter, type PromiseForm } from './enter.ts';

/** The promise for anything granted immediately. One serves all callers, since a settled promise keeps nothing of theirs. */
export const granted: Promise<void> = /* @__PURE__ */ Promise.resolve();

/** A waiter is told by the promise of what was granted. */
export const PROMISE: PromiseForm<unknown, unknown, unknown, unknown> = {
  now: (_line, _request, _verb, value) => Promise.resolve(value),
  tell({ failure, value, resolve, reject }) {
    if (failure === undefined) resolve(value);
    else reject(failure.reason);
  },
  capture: undefined,
};

// An upgrade keeps `PROMISE`: the explorer checks that it is told in turn with requests for several locks.
const BARE: PromiseForm<unknown, unknown, unknown, unknown> = { ...PROMISE, isQuiet: true };

/** A verb that gives a promise of what was granted. Bad arguments reject it. */
export function promiseForm<Subject, Request, Options extends GiveUpOptions, Value>(
  line: Line<Request, Value>,
  verb: AskingVerb<Subject, Request, Options>,
  subject: Subject,
  options: Options | undefined,
): Promise<Value> {
  return enter(BARE as PromiseForm<typeof verb, Request, Value, Value>, line, verb, subject, options);
}
