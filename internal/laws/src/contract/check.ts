// No test runner's assertions: laws also run outside one, as on a page, and to judge mutants.

/** A law is broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Throws unless both are the same: arrays by their items, anything else by identity. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  if (!isSame(actual, expected)) throw new Violation(`${what}: expected ${show(expected)}, but got ${show(actual)}`);
}

/** Throws unless the condition holds. */
export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Violation(what);
}

/** The reason of a rejection. Throws if the promise resolves. */
export async function reasonOf(promise: Promise<unknown>, what: string): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (reason) {
    return reason;
  }
  throw new Violation(`${what} must reject, but resolved to ${show(value)}`);
}

function isSame(actual: unknown, expected: unknown): boolean {
  if (!Array.isArray(actual) || !Array.isArray(expected)) return Object.is(actual, expected);
  return actual.length === expected.length && actual.every((item, index) => isSame(item, expected[index]));
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value);
}
