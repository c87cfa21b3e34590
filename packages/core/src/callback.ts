import { mustBe } from './arguments.ts';
import { Delivery } from './delivery.ts';
import { AbortError } from './errors.ts';
import { optionsOfLimit, type WaitOptions } from './options.ts';
import type { Entry } from './waiter.ts';

/** The function of the callback form: called with the primitive as `this`, and an error if the wait was given up. */
export type Callback<This = unknown> = (this: This, error?: unknown) => void;

/** The promise of whatever was to be had at once: one for all, since a settled promise remembers nothing. */
export const granted: Promise<void> = /* @__PURE__ */ Promise.resolve();

/**
 * A bare verb in both its forms: with a callback first, and a time limit or options second; or with options alone, for
 * a promise. Bad arguments throw in the callback form and reject in the promise form.
 *
 * @param entryOf - checks the options and makes the way in
 */
export function bothForms<This, Options extends WaitOptions, Value>(
  self: This,
  entryOf: (options: Options | undefined) => Entry<Value>,
  callbackOrOptions: ((this: This, error?: unknown, value?: Value) => void) | Options | undefined,
  limit: number | Options | undefined,
): Promise<Value> | undefined {
  if (typeof callbackOrOptions === 'function') {
    withCallback(self, entryOf(optionsOfLimit(limit)), callbackOrOptions);
    return undefined;
  }
  return new Promise((resolve, reject) => {
    if (limit !== undefined) {
      throw new TypeError(mustBe('callback, where a second argument follows,', 'a function', callbackOrOptions));
    }
    entryOf(callbackOrOptions)(resolve, reject);
  });
}

function withCallback<This, Value>(
  self: This,
  entry: Entry<Value>,
  callback: (this: This, error?: unknown, value?: Value) => void,
): void {
  const delivery = new Delivery(callback as (...outcome: [error?: unknown, value?: Value]) => void, self);
  const waiter = entry(
    (value) => (value === undefined ? delivery.tell() : delivery.tell(undefined, value)),
    (reason) => delivery.tell(reason || notSuccess(reason)),
  );
  if (waiter !== undefined) delivery.defer();
}

function notSuccess(cause: unknown): AbortError {
  return new AbortError('The wait was given up for a falsy reason, which is the cause of this error', { cause });
}
