import { requireFunction } from '../contract/arguments.ts';
import { AbortError } from '../contract/errors.ts';
import type { Named } from '../contract/name.ts';
import type { GiveUpOptions } from '../contract/options.ts';
import type { AskingVerb } from '../line/verb.ts';
import { type Form, type Line, type Outcome, Waiter } from '../line/waiter.ts';
import { captureAsyncContext } from '../runtime/async-context.ts';
import { promiseForm, VALUE } from './promise.ts';

/** A `Callback` that also gets a value. */
// biome-ignore lint/suspicious/noExplicitAny: so that `(error?: Error) => void` fits
export type ValueCallback<This, Value> = (this: This, error?: any, value?: Value) => void;

type AnyCallback = ValueCallback<unknown, unknown>;
type Caller = Pick<Waiter<unknown, unknown>, 'fn'> & { readonly line: { readonly owner: Named } };

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
    requireFunction('callback', callbackOrOptions);
  }
  const options = typeof timeoutOrOptions === 'number' ? ({ timeout: timeoutOrOptions } as Options) : timeoutOrOptions;
  const terms = verb.terms(options);
  const request = verb.request(subject, options, terms);
  // What `succeed` and `fail` use of a waiter, before there is one.
  const caller: Caller = { fn: callbackOrOptions, line };
  let outcome: Outcome<Value> | undefined;
  try {
    outcome = line.ask(request, terms, verb);
  } catch (reason) {
    fail.call(caller, reason);
    return undefined;
  }
  if (outcome !== undefined) succeed.call(caller, outcome.value);
  else {
    const waiter = new Waiter(line, request, verb, CALLBACK as Form<Request, Value>, callbackOrOptions);
    waiter.resolve = succeed;
    waiter.reject = fail;
    line.join(waiter, terms);
  }
  return undefined;
}

// What would settle a promise calls the callback.
function succeed(this: Caller, value: unknown): void {
  const { owner } = this.line;
  if (value === undefined) (this.fn as AnyCallback).call(owner);
  else (this.fn as AnyCallback).call(owner, undefined, value);
}

// A falsy reason would look like success.
function fail(this: Caller, cause: unknown): void {
  const error = cause || new AbortError('The wait ended for a falsy reason, which is the cause', { cause });
  (this.fn as AnyCallback).call(this.line.owner, error);
}
