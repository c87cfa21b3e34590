import { mismatch } from '../contract/arguments.ts';
import type { Callback } from '../contract/callback.ts';
import { AbortError } from '../contract/errors.ts';
import type { GiveUpOptions } from '../contract/options.ts';
import type { AskingVerb, Verb } from '../line/verb.ts';
import type { Line, Outcome } from '../line/waiter.ts';
import { DeferredWaiter } from './deferred-waiter.ts';
import { promiseForm } from './promise.ts';

/** A `Callback` that also gets a value. */
// biome-ignore lint/suspicious/noExplicitAny: so that `(error?: Error) => void` fits
export type ValueCallback<This, Value> = (this: This, error?: any, value?: Value) => void;

/**
 * A verb in either form: with a callback first, and a timeout or options second; or with options alone, for a promise.
 * Bad arguments throw in the callback form.
 *
 * @param self - the primitive, the callback's `this`
 */
export function bothForms<This, Subject, Request, Options extends GiveUpOptions, Value>(
  line: Line<Request, Value>,
  verb: AskingVerb<Subject, Request, Options>,
  subject: Subject,
  self: This,
  callbackOrOptions: ValueCallback<This, Value> | Callback<This> | Options | undefined,
  timeoutOrOptions: number | Options | undefined,
): Promise<Value> | undefined {
  if (typeof callbackOrOptions === 'function') {
    callbackForm(line, verb, subject, self, callbackOrOptions, timeoutOrOptions);
    return undefined;
  }
  if (timeoutOrOptions !== undefined) {
    const expected = 'a function if there is a second argument';
    return Promise.reject(new TypeError(mismatch('callback', expected, callbackOrOptions)));
  }
  return promiseForm(line, verb, subject, callbackOrOptions);
}

function callbackForm<This, Subject, Request, Options extends GiveUpOptions, Value>(
  line: Line<Request, Value>,
  verb: AskingVerb<Subject, Request, Options>,
  subject: Subject,
  self: This,
  callback: ValueCallback<This, Value>,
  timeoutOrOptions: number | Options | undefined,
): void {
  const options =
    typeof timeoutOrOptions === 'number' ? ({ timeout: timeoutOrOptions } as Options) : timeoutOrOptions;
  const terms = verb.terms(options);
  const request = verb.request(subject, options);
  let outcome: Outcome<Value> | undefined;
  try {
    outcome = line.ask(request, terms, verb);
  } catch (reason) {
    call(callback, self, failure(reason), undefined);
    return;
  }
  if (outcome !== undefined) call(callback, self, undefined, outcome.value);
  else line.join(new CallbackWaiter(line, request, verb, self, callback), terms);
}

class CallbackWaiter<This, Request, Value> extends DeferredWaiter<Request, Value> {
  readonly #self: This;
  readonly #callback: ValueCallback<This, Value>;
  #error: unknown;
  #value: Value | undefined;

  constructor(
    line: Line<Request, Value>,
    request: Request,
    verb: Verb,
    self: This,
    callback: ValueCallback<This, Value>,
  ) {
    super(line, request, verb);
    this.#self = self;
    this.#callback = callback;
  }

  protected override onGrant(value: Value): void {
    this.#value = value;
    this.post();
  }

  protected override onGiveUp(reason: unknown): void {
    this.#error = failure(reason);
    this.post();
  }

  protected override tell(): void {
    call(this.#callback, this.#self, this.#error, this.#value);
  }
}

function call<This, Value>(
  callback: ValueCallback<This, Value>,
  self: This,
  error: unknown,
  value: Value | undefined,
): void {
  if (error !== undefined) callback.call(self, error);
  else if (value !== undefined) callback.call(self, undefined, value);
  else callback.call(self);
}

// A falsy reason would look like success.
function failure(reason: unknown): unknown {
  return reason || new AbortError('The wait ended for a falsy reason, which is the cause', { cause: reason });
}
