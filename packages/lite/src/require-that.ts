/**
 * Throws unless an argument is good, naming it and its value.
 *
 * @param expected - what it must be
 * @param isGood - whether it is; if left out, `expected` names the type that it must have
 */
export function requireThat(
  argument: string,
  expected: string,
  value: unknown,
  // biome-ignore lint/suspicious/noSelfCompare: NaN is no number of anything, and this is how to say it in few bytes
  isGood: unknown = expected.includes(typeof value) && value === value && value !== null,
  Refusal: ErrorConstructor = TypeError,
): void {
  if (!isGood) throw new Refusal(`${argument} must be ${expected}, but is ${show(value)}`);
}

function show(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  return Object(value) === value ? {}.toString.call(value) : String(value);
}
