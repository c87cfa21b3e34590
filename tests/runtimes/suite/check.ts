/** The result of the suite. */
export interface Result {
  passed: number;
  failures: string[];
}

const checks: { name: string; body: () => unknown }[] = [];

/** Adds a check, which `runChecks` runs in its turn. */
export function check(name: string, body: () => unknown): void {
  checks.push({ name, body });
}

/** Runs all checks, one after the other. */
export async function runChecks(): Promise<Result> {
  const result: Result = { passed: 0, failures: [] };
  // Node, Bun and Deno exit; a browser continues.
  if (typeof process === 'undefined') {
    addEventListener('unhandledrejection', ({ reason }) => result.failures.push(`unhandled rejection: ${reason}`));
  }
  for (const { name, body } of checks) {
    try {
      await within(5000, body);
      result.passed++;
    } catch (error) {
      result.failures.push(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  return result;
}

/** Throws unless both are the same value, or lists of the same values. */
export function equal(actual: unknown, expected: unknown): void {
  const same =
    Array.isArray(actual) && Array.isArray(expected)
      ? actual.length === expected.length && actual.every((item, index) => Object.is(item, expected[index]))
      : Object.is(actual, expected);
  if (!same) throw new Error(`expected ${show(expected)}, got ${show(actual)}`);
}

/** Returns the error that the function throws. */
export function thrown(body: () => unknown): Error {
  try {
    body();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error, but nothing was thrown');
}

/** Resolves to the reason with which the promise rejects. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error(`expected a rejection, got ${show(value)}`);
}

/** A pause that is long enough for everything that is due now. */
export function pause(milliseconds = 5): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function within(milliseconds: number, body: () => unknown): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${milliseconds} ms`)), milliseconds);
  });
  try {
    await Promise.race([body(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function show(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value);
}
