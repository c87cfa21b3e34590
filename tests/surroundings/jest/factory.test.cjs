// The factory of the page "Testing".
jest.mock('valvekit', () => ({
  ...jest.requireActual('valvekit'),
  Mutex: jest.fn(() => ({ sandbox: async (fn) => fn() })),
}));
const { Mutex, TimeoutError } = require('valvekit');

test('a factory in three lines', async () => {
  expect(await new Mutex().sandbox(() => 7)).toBe(7);
  expect(Mutex).toHaveBeenCalledTimes(1);
  expect(new TimeoutError('x')).toBeInstanceOf(Error);
});

test('spyOn() of a real lock', async () => {
  const { Mutex } = jest.requireActual('valvekit');
  const mutex = new Mutex();
  const spy = jest.spyOn(mutex, 'acquire');
  (await mutex.acquire()).release();
  expect(spy).toHaveBeenCalledTimes(1);
  jest.spyOn(Mutex.prototype, 'isLocked', 'get').mockReturnValue(true);
  expect(mutex.isLocked).toBe(true);
  jest.restoreAllMocks();
  expect(mutex.isLocked).toBe(false);
});
