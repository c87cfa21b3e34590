import { requireOptions, requireThat } from './arguments.ts';
import { TimeoutError } from './errors.ts';
import type { NameOptions } from './options.ts';

/** What has a kind and perhaps a name: every primitive. */
export interface Named {
  readonly name: string | undefined;
  readonly [Symbol.toStringTag]: string;
}

/**
 * Checks the options of a constructor that takes a name.
 *
 * @throws {TypeError} if they are no object, or the name is no string
 */
export function readName(options: NameOptions | undefined): string | undefined {
  requireOptions(options);
  const name = options?.name;
  requireThat(name === undefined || typeof name === 'string', 'name', 'a string', name);
  return name;
}

/** What messages call it: `Mutex "token"`, or `Mutex` if it has no name. */
export function label({ name, [Symbol.toStringTag]: kind }: Named): string {
  return name === undefined ? kind : `${kind} ${JSON.stringify(name)}`;
}

/** The error of an operation that took longer than `timeout` milliseconds. */
export function timeoutError(lock: Named, operation: string, timeout: number): TimeoutError {
  return new TimeoutError(`${label(lock)}: ${operation}() timed out after ${timeout} ms`);
}
