/** The message of an argument error: which argument, what it must be, and what it is. */
export function mismatch(argument: string, expected: string, value: unknown): string {
  return `${argument} must be ${expected}, but is ${show(value)}`;
}

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

/** Throws unless `value` is a function. */
export function requireFunction(argument: string, value: unknown): void {
  requireThat(typeof value === 'function', argument, 'a function', value);
}

/** Throws unless `value` is an integer of at least `least`: a `TypeError` if it is no number, else a `RangeError`. */
export function requireCount(argument: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  const Refusal = typeof value === 'number' ? RangeError : TypeError;
  throw new Refusal(mismatch(argument, `an integer of at least ${least}`, value));
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

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value);
}
