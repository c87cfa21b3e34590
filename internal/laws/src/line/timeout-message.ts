import type { ScopedLockUnderTest } from './lock-under-test.ts';
import type { Form } from './request.ts';

/** The message of a call's `TimeoutError`. No other law knows how it is phrased. */
export function timeoutMessage({ className, verbs }: ScopedLockUnderTest, form: Form, ms: number): string {
  return `${className}: ${verbs[form]}() timed out after ${ms} ms`;
}
