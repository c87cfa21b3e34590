import type { GiveUpOptions } from '../contract/options.ts';
import type { AskingVerb } from '../line/verb.ts';
import type { Form, Line } from '../line/waiter.ts';
import { enter } from './enter.ts';

/** The promise for anything granted immediately. One serves all callers, since a settled promise keeps nothing of theirs. */
export const granted: Promise<void> = /* @__PURE__ */ Promise.resolve();

/** The caller gets what was granted. */
export const VALUE: Form<unknown, unknown> = { result: (_line, _request, _verb, value) => value };

// An upgrade keeps `VALUE`: the explorer checks that it is told in turn with requests for several locks.
const BARE: Form<unknown, unknown> = { ...VALUE, isQuiet: true };

/** A verb that gives a promise of what was granted. Bad arguments reject it. */
export function promiseForm<Subject, Request, Options extends GiveUpOptions, Value>(
  line: Line<Request, Value>,
  verb: AskingVerb<Subject, Request, Options>,
  subject: Subject,
  options: Options | undefined,
): Promise<Value> {
  return enter(BARE as Form<Request, Value, Value>, line, verb, subject, options);
}
