/** Builds the message of every argument error: what is wrong, what it should be, what it is. */
export function mustBe(argument: string, expected: string, value: unknown): string {
  return `${argument} must be ${expected}, but is ${show(value)}`;
}

/** Refuses anything but a function. */
export function requireFunction(argument: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(mustBe(argument, 'a function', value));
}

/** Refuses anything but an integer of at least `least`. */
export function requireCount(argument: string, value: unknown, least: number): void {
  const expected = `an integer of at least ${least}`;
  if (typeof value !== 'number') throw new TypeError(mustBe(argument, expected, value));
  if (!Number.isSafeInteger(value) || value < least) throw new RangeError(mustBe(argument, expected, value));
}

function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return 'a function';
    case 'object':
      return value === null ? 'null' : Object.prototype.toString.call(value);
    default:
      return String(value);
  }
}
