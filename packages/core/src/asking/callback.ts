import { mismatch } from '../contract/arguments.ts';
import { AbortError } from '../contract/errors.ts';
import type { GiveUpOptions } from '../contract/options.ts';
import type { AskingVerb } from '../line/verb.ts';
import { type Form, type Line, type Outcome, Waiter } from '../line/waiter.ts';
import { captureAsyncContext } from '../runtime/async-context.ts';
import type { Settlers } from '../runtime/with-resolvers.ts';
import { promiseForm } from './promise.ts';

/** A `Callback` that also gets a value. */
// biome-ignore lint/suspicious/noExplicitAny: so that `(error?: Error) => void` fits
export type ValueCallback<This, Value> = (this: This, error?: any, value?: Value) => void;

// A callback settles no promise.
const NOBODY: Settlers<never> = { resolve() {}, reject() {} };

const CALLBACK: Form<unknown, unknown> = {
  tell({ line, fn, failure, value }) {
    call(fn as ValueCallback<unknown, unknown>, line.owner, failure, value);
  },
  capture: captureAsyncContext,
};

/**
 * A verb in either form: with a callback first, and a timeout or options second; or with options alone, for a promise.
 * Bad arguments throw in the callback form. The callback's `this` is the owner of the line.
 */
export function bothForms<This, Subject, Request, Options extends GiveUpOptions, Value>(
  line: Line<Request, Value>,
  verb: AskingVerb<Subject, Request, Options>,
  subject: Subject,
  callbackOrOptions: ValueCallback<This, Value> | Options | undefined,
  timeoutOrOptions: number | Options | undefined,
): Promise<Value> | undefined {
  if (typeof callbackOrOptions !== 'function') {
    if (timeoutOrOptions === undefined) return promiseForm(line, verb, subject, callbackOrOptions);
    const expected = 'a function if there is a second argument';
    return Promise.reject(new TypeError(mismatch('callback', expected, callbackOrOptions)));
  }
  const options = typeof timeoutOrOptions === 'number' ? ({ timeout: timeoutOrOptions } as Options) : timeoutOrOptions;
  const callback = callbackOrOptions as ValueCallback<unknown, Value>;
  const terms = verb.terms(options);
  const request = verb.request(subject, options, terms);
  let outcome: Outcome<Value> | undefined;
  try {
    outcome = line.ask(request, terms, verb);
  } catch (reason) {
    call(callback, line.owner, { reason }, undefined);
    return undefined;
  }
  if (outcome !== undefined) call(callback, line.owner, undefined, outcome.value);
  else line.join(new Waiter(line, request, verb, CALLBACK as Form<Request, Value>, NOBODY, callback), terms);
  return undefined;
}

function call<Value>(
  callback: ValueCallback<unknown, Value>,
  self: unknown,
  failure: { readonly reason: unknown } | undefined,
  value: Value | undefined,
): void {
  if (failure !== undefined) callback.call(self, reasonFor(failure.reason));
  else if (value === undefined) callback.call(self);
  else callback.call(self, undefined, value);
}

// A falsy reason would look like success.
function reasonFor(reason: unknown): unknown {
  return reason || new AbortError('The wait ended for a falsy reason, which is the cause', { cause: reason });
}
