const { Barrier, Mutex } = require('valvekit');

describe.each([
  ['modern', {}],
  ['legacy', { legacyFakeTimers: true }],
])('%s fake timers', (_, config) => {
  beforeEach(() => void jest.useFakeTimers(config));
  afterEach(() => void jest.useRealTimers());

  test('a timeout runs on the fake clock', async () => {
    const mutex = new Mutex({ name: 'token' });
    await mutex.lock();
    const refused = expect(mutex.lock({ timeout: 5000 })).rejects.toThrow(
      'Mutex "token": lock() timed out after 5000 ms',
    );
    jest.advanceTimersByTime(5000);
    await refused;
    expect(jest.getTimerCount()).toBe(0);
  });

  test('a grant needs no clock', async () => {
    const mutex = new Mutex();
    await mutex.lock();
    const granted = [mutex.sandbox(async () => 'a'), mutex.sandbox(() => 'b', { timeout: 100 })];
    mutex.unlock();
    expect(await Promise.all(granted)).toEqual(['a', 'b']);
    const barrier = new Barrier(0);
    const waited = barrier.wait(1);
    barrier.set(1);
    await waited;
    expect(jest.getTimerCount()).toBe(0);
  });
});
