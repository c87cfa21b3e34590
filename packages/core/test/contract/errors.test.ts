import { expect, it } from 'vitest';
import { AbortError, InvalidStateError, TimeoutError } from '../src/errors.ts';

it.each([
  ['TimeoutError', TimeoutError],
  ['AbortError', AbortError],
  ['InvalidStateError', InvalidStateError],
])('%s is an Error with its name', (name, Class) => {
  const cause = { why: 1 };
  const error = new Class('message', { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name, message: 'message', cause });
  expect(String(error)).toBe(`${name}: message`);
  expect(error.stack).toMatch(/errors\.test\.ts/);
  expect(Object.keys(new Class('message'))).toEqual([]);
});
