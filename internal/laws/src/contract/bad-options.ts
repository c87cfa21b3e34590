/** Options that every call must reject with an error of this class, whose message names the argument and the value. */
export type BadOptions = readonly [
  title: string,
  options: unknown,
  error: typeof TypeError | typeof RangeError,
  message: RegExp,
];

/** Bad `GiveUpOptions`. */
export const badOptions: readonly BadOptions[] = [
  ['a timeout of NaN', { timeout: Number.NaN }, TypeError, /timeout.*NaN/],
  ['a timeout that is a string', { timeout: '5' }, TypeError, /timeout.*"5"/],
  ['a timeout of null', { timeout: null }, TypeError, /timeout.*null/],
  ['a timeout that is an object', { timeout: {} }, TypeError, /timeout.*object/],
  ['a timeout that is a boolean', { timeout: true }, TypeError, /timeout.*true/],
  ['a timeout that is a bigint', { timeout: 5n }, TypeError, /timeout.*5n/],
  ['a timeout that is a symbol', { timeout: Symbol('t') }, TypeError, /timeout.*Symbol\(t\)/],
  ['a signal that is a string', { signal: 'abort' }, TypeError, /signal.*"abort"/],
  ['a signal that is a number', { signal: 5 }, TypeError, /signal.*5/],
  ['a signal that is a function', { signal: () => {} }, TypeError, /signal.*function/],
  ['a signal that is its controller', { signal: new AbortController() }, TypeError, /signal.*AbortController/],
  ['a signal that is any event target', { signal: new EventTarget() }, TypeError, /signal.*EventTarget/],
  ['a signal without addEventListener', { signal: { aborted: false } }, TypeError, /signal.*object/],
  [
    'a signal without removeEventListener',
    { signal: { aborted: false, addEventListener() {} } },
    TypeError,
    /signal.*object/,
  ],
  [
    'a signal whose `aborted` is a number',
    { signal: { aborted: 0, addEventListener() {}, removeEventListener() {} } },
    TypeError,
    /signal.*object/,
  ],
  ['options of null', null, TypeError, /options.*null/],
  ['options that are a string', 'fast', TypeError, /options.*"fast"/],
  ['options that are a boolean', true, TypeError, /options.*true/],
];

/** Bad priorities. */
export const badPriorities: readonly BadOptions[] = [
  ['a priority that is a string', { priority: '1' }, TypeError, /priority.*"1"/],
  ['a priority of null', { priority: null }, TypeError, /priority.*null/],
  ['a priority of NaN', { priority: Number.NaN }, RangeError, /priority.*NaN/],
  ['a priority of Infinity', { priority: Number.POSITIVE_INFINITY }, RangeError, /priority.*Infinity/],
  ['a priority of -Infinity', { priority: Number.NEGATIVE_INFINITY }, RangeError, /priority.*-Infinity/],
];
