import { adopt, react } from '@valvekit/core/line';

/** Hears of a result, or of what a promise of it resolves to, before the caller does. */
export function whenDone(result: unknown, succeed: (value: unknown) => void, fail: () => void): unknown {
  const promise = adopt(result);
  if (promise === undefined) {
    succeed(result);
    return result;
  }
  return react(
    promise,
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
