import { isFunction, isObject } from './settings.ts';

/** Whether a result comes later. */
export function isThenable(result: unknown): result is Promise<unknown> {
  return isObject(result) && 'then' in result && isFunction(result.then);
}

/** Hears of a result, or of what a promise of it resolves to, before the caller does. */
export function whenDone(result: unknown, succeed: (value: unknown) => void, fail = (): void => {}): unknown {
  if (!isThenable(result)) {
    succeed(result);
    return result;
  }
  return result.then(
    (value) => {
      succeed(value);
      return value;
    },
    (error) => {
      fail();
      throw error;
    },
  );
}
