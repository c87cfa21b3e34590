import { mustBe } from './arguments.ts';
import { DeferredWaiter } from './deferred-waiter.ts';
import { AbortError } from './errors.ts';
import type { Grant, Line } from './line.ts';
import { optionsOfLimit, readWaitOptions, type WaitOptions } from './options.ts';
import { PromiseWaiter } from './waiter.ts';
import { withResolvers } from './with-resolvers.ts';

/** The function of the callback form: called with the primitive as `this`, and an error if the wait was given up. */
export type Callback<This = unknown> = (this: This, error?: unknown) => void;

/** The same, where a value is handed over. */
export type ValueCallback<This, Value> = (this: This, error?: unknown, value?: Value) => void;

/** The promise of whatever was to be had at once: one for all, since a settled promise remembers nothing. */
export const granted: Promise<void> = /* @__PURE__ */ Promise.resolve();

/**
 * A bare verb in its promise form. Bad arguments reject it.
 *
 * @param requestOf - what is asked for, by the options
 */
export function promiseForm<Request, Options extends WaitOptions, Value>(
  line: Line<Request, Value>,
  requestOf: (options: Options | undefined) => Request,
  operation: string,
  options: Options | undefined,
): Promise<Value> {
  try {
    const terms = readWaitOptions(options);
    const request = requestOf(options);
    const grant = line.ask(request, terms, operation);
    if (grant !== undefined) return Promise.resolve(grant.value);
    const { promise, resolve, reject } = withResolvers<Value>();
    line.join(new PromiseWaiter(request, resolve, reject), terms, operation);
    return promise;
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * A bare verb in either form: with a callback first, and a time limit or options second; or with options alone, for a
 * promise. Bad arguments throw in the callback form.
 */
export function bothForms<This, Request, Options extends WaitOptions, Value>(
  line: Line<Request, Value>,
  requestOf: (options: Options | undefined) => Request,
  operation: string,
  self: This,
  callbackOrOptions: ValueCallback<This, Value> | Options | undefined,
  limit: number | Options | undefined,
): Promise<Value> | undefined {
  if (typeof callbackOrOptions === 'function') {
    callbackForm(line, requestOf, operation, self, callbackOrOptions, optionsOfLimit(limit));
    return undefined;
  }
  if (limit !== undefined) {
    const message = mustBe('callback, where a second argument follows,', 'a function', callbackOrOptions);
    return Promise.reject(new TypeError(message));
  }
  return promiseForm(line, requestOf, operation, callbackOrOptions);
}

function callbackForm<This, Request, Options extends WaitOptions, Value>(
  line: Line<Request, Value>,
  requestOf: (options: Options | undefined) => Request,
  operation: string,
  self: This,
  callback: ValueCallback<This, Value>,
  options: Options | undefined,
): void {
  const terms = readWaitOptions(options);
  const request = requestOf(options);
  let grant: Grant<Value> | undefined;
  try {
    grant = line.ask(request, terms, operation);
  } catch (reason) {
    call(callback, self, failure(reason), undefined);
    return;
  }
  if (grant !== undefined) call(callback, self, undefined, grant.value);
  else line.join(new CallbackWaiter(request, self, callback), terms, operation);
}

class CallbackWaiter<This, Request, Value> extends DeferredWaiter<Request, Value> {
  readonly #self: This;
  readonly #callback: ValueCallback<This, Value>;
  #error: unknown;
  #value: Value | undefined;

  constructor(request: Request, self: This, callback: ValueCallback<This, Value>) {
    super(request);
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
  return reason || new AbortError('The wait was given up for a falsy reason, its cause', { cause: reason });
}
