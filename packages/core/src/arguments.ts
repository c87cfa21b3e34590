/** Builds the message of every argument error: what is wrong, what it should be, what it is. */
export function mustBe(argument: string, expected: string, value: unknown): string {
  return `${argument} must be ${expected}, but is ${show(value)}`;
}

/** Refuses a bad argument. */
export function requireThat(
  isGood: boolean,
  argument: string,
  expected: string,
  value: unknown,
  Refusal: ErrorConstructor = TypeError,
): void {
  if (!isGood) throw new Refusal(mustBe(argument, expected, value));
}

/** Refuses anything but a function. */
export function requireFunction(argument: string, value: unknown): void {
  requireThat(typeof value === 'function', argument, 'a function', value);
}

/** Refuses anything but an integer of at least `least`. */
export function requireCount(argument: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  const Refusal = typeof value === 'number' ? RangeError : TypeError;
  throw new Refusal(mustBe(argument, `an integer of at least ${least}`, value));
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value);
}
