import { mismatch } from '../contract/arguments.ts';
import { AbortError } from '../contract/errors.ts';
import type { GiveUpOptions } from '../contract/options.ts';
import type { AskingVerb } from '../line/verb.ts';
import { type Form, type Line, type Outcome, Waiter } from '../line/waiter.ts';
import { captureAsyncContext } from '../runtime/async-context.ts';
import { promiseForm, VALUE } from './promise.ts';

/** A `Callback` that also gets a value. */
// biome-ignore lint/suspicious/noExplicitAny: so that `(error?: Error) => void` fits
export type ValueCallback<This, Value> = (this: This, error?: any, value?: Value) => void;

type AnyCallback = ValueCallback<unknown, unknown>;
type AnyWaiter = Waiter<unknown, unknown>;

const CALLBACK: Form<unknown, unknown> = { ...VALUE, capture: captureAsyncContext };

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
    fail(callback as AnyCallback, line.owner, reason);
    return undefined;
  }
  if (outcome !== undefined) succeed(callback, line.owner, outcome.value);
  else {
    const waiter = new Waiter(line, request, verb, CALLBACK as Form<Request, Value>, callback);
    waiter.resolve = succeedInTurn;
    waiter.reject = failInTurn;
    line.join(waiter, terms);
  }
  return undefined;
}

function succeed<Value>(callback: ValueCallback<unknown, Value>, self: unknown, value: Value): void {
  if (value === undefined) callback.call(self);
  else callback.call(self, undefined, value);
}

// A falsy reason would look like success.
function fail(callback: AnyCallback, self: unknown, reason: unknown): void {
  const cause = reason;
  callback.call(self, reason || new AbortError('The wait ended for a falsy reason, which is the cause', { cause }));
}

// What would settle a promise calls the callback.
function succeedInTurn(this: AnyWaiter, value: unknown): void {
  succeed(this.fn as AnyCallback, this.line.owner, value);
}

function failInTurn(this: AnyWaiter, reason: unknown): void {
  fail(this.fn as AnyCallback, this.line.owner, reason);
}
