// Core keeps its own checks for itself and for primitives; these are the same, for locks of wider scopes.

/** Throws unless `isGood`, naming the argument and its value. */
export function requireThat(
  isGood: boolean,
  argument: string,
  expected: string,
  value: unknown,
  Refusal: ErrorConstructor = TypeError,
): void {
  if (!isGood) throw new Refusal(mismatch(argument, expected, value));
}

/** The message of an argument error: which argument, what it must be, and what it is. */
function mismatch(argument: string, expected: string, value: unknown): string {
  return `${argument} must be ${expected}, but is ${show(value)}`;
}

/** Throws unless `value` is a number (`TypeError`) within the range (`RangeError`). */
export function requireNumber(isGood: boolean, argument: string, expected: string, value: unknown): void {
  requireThat(isGood, argument, expected, value, typeof value === 'number' ? RangeError : TypeError);
}

/** Whether a client, or whatever it is, has these methods. */
export function hasMethods<T>(client: unknown, ...methods: (keyof T)[]): client is T {
  return methods.every((method) => typeof Object(client)[method] === 'function');
}

/** Throws unless `options` is undefined or an object. */
export function requireOptions(options: unknown): void {
  requireThat(
    options === undefined || (typeof options === 'object' && options !== null),
    'options',
    'an object',
    options,
  );
}

/**
 * Checks the name of a lock.
 *
 * @throws {TypeError} if it is no string
 * @throws {RangeError} unless it has 1 to 512 UTF-16 units, without NUL and lone surrogates
 */
export function checkedName(name: string): string {
  requireThat(typeof name === 'string', 'name', 'a string', name);
  const isGood = name.length > 0 && name.length <= 512 && !/[\0\uD800-\uDFFF]/u.test(name);
  requireThat(isGood, 'name', 'of 1 to 512 UTF-16 units, without NUL and lone surrogates', name, RangeError);
  return name;
}

/**
 * Checks how many permits there are.
 *
 * @throws {TypeError | RangeError} unless it is an integer of at least 0, or `Infinity`
 */
export function checkedCapacity(capacity: number): number {
  const isGood = capacity === Number.POSITIVE_INFINITY || (Number.isSafeInteger(capacity) && capacity >= 0);
  requireNumber(isGood, 'capacity', 'an integer of at least 0, or Infinity', capacity);
  return Math.min(capacity + 0, Number.MAX_SAFE_INTEGER); // -0 is 0
}

/** The error of a request that can never be granted. A capacity of 0 is a pause, in which no request is too large. */
export function refusalOf(permits: number, capacity: number): RangeError | undefined {
  if (permits <= capacity || capacity === 0) return undefined;
  return new RangeError(mismatch('permits', `at most the capacity, ${capacity}`, permits));
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value);
}
