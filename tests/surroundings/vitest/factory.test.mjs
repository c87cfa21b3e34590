// The factory of the page "Testing".
import { Mutex, TimeoutError } from 'valvekit';
import { expect, test, vi } from 'vitest';

vi.mock('valvekit', async (importOriginal) => ({
  ...(await importOriginal()),
  Mutex: class {
    sandbox = vi.fn(async (fn) => fn());
  },
}));

test('a factory in a few lines', async () => {
  const mutex = new Mutex();
  expect(await mutex.sandbox(() => 7)).toBe(7);
  expect(mutex.sandbox).toHaveBeenCalledTimes(1);
  expect(new TimeoutError('x')).toBeInstanceOf(Error);
});
