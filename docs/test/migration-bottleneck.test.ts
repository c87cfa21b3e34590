// Checks the differences listed in docs/migration/bottleneck.md, on both libraries.
import Bottleneck from 'bottleneck';
import { Semaphore } from 'valvekit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const forever = () => new Promise<never>(() => {});
const pass = (ms = 100) => vi.advanceTimersByTimeAsync(ms);

it('starts a job after a timer, and ours at once', async () => {
  const [later, now] = [vi.fn(forever), vi.fn(forever)];
  void new Bottleneck({ maxConcurrent: 1 }).schedule(later);
  void new Semaphore(1).sandbox(now);
  for (let i = 0; i < 20; i++) await Promise.resolve();
  expect([later.mock.calls.length, now.mock.calls.length]).toEqual([0, 1]);
  await pass();
  expect(later).toHaveBeenCalledOnce();
});

it('frees the place of work that runs on after its expiration', async () => {
  const limiter = new Bottleneck({ maxConcurrent: 1 });
  const [work, next] = [vi.fn(forever), vi.fn(forever)];
  const expired = expect(limiter.schedule({ expiration: 50 }, work)).rejects.toThrow('timed out after 50 ms');
  void limiter.schedule(next);
  await pass();
  await expired;
  await pass();
  expect([work.mock.calls.length, next.mock.calls.length]).toEqual([1, 1]);

  const semaphore = new Semaphore(1);
  void semaphore.sandbox(forever, { timeout: 50 });
  const waits = expect(semaphore.sandbox(forever, { timeout: 50 })).rejects.toThrow('sandbox() timed out after 50 ms');
  await pass();
  await waits;
  expect(semaphore.available).toBe(0);
});

it('orders priorities the other way round', async () => {
  const limiter = new Bottleneck({ maxConcurrent: 1 });
  const order: unknown[] = [];
  let leave = () => {};
  void limiter.schedule(() => new Promise<void>((resolve) => (leave = resolve)));
  await pass();
  for (const priority of [6, 5, 4]) {
    void limiter.schedule({ priority }, async () => order.push(priority));
  }
  void limiter.schedule(async () => order.push('default'));
  await pass();
  leave();
  await pass();
  expect(order).toEqual([4, 5, 'default', 6]);

  const semaphore = new Semaphore(1);
  const ours: unknown[] = [];
  const guard = await semaphore.acquire();
  for (const priority of [-1, 0, 1]) void semaphore.sandbox(() => ours.push(priority), { priority });
  void semaphore.sandbox(() => ours.push('default'));
  guard.release();
  await pass();
  expect(ours).toEqual([1, 0, 'default', -1]);
});

it('tells when nothing runs or waits, after the lowest priority', async () => {
  const jobs = [9, 5, 8];
  const limiter = new Bottleneck({ maxConcurrent: 1 });
  const theirs: unknown[] = [];
  let leave = () => {};
  limiter.on('idle', () => theirs.push('idle'));
  void limiter.schedule(() => new Promise<void>((resolve) => (leave = resolve)));
  await pass();
  for (const priority of jobs) void limiter.schedule({ priority }, async () => theirs.push(priority));
  await pass();
  leave();
  await pass();
  expect(theirs).toEqual([5, 8, 9, 'idle']);

  const semaphore = new Semaphore(1);
  const ours: unknown[] = [];
  const guard = await semaphore.acquire();
  for (const priority of jobs) void semaphore.sandbox(() => ours.push(priority), { priority: 5 - priority });
  const idle = semaphore.sandbox(() => {}, { permits: semaphore.capacity, priority: -Number.MAX_VALUE });
  guard.release();
  await idle;
  expect(ours).toEqual([5, 8, 9]);
  expect(await semaphore.sandbox(() => 'a job of the function')).toBe('a job of the function');
});

it('rejects a request for more than there is', async () => {
  const limiter = new Bottleneck({ maxConcurrent: 2 });
  const tooMuch = expect(limiter.schedule({ weight: 3 }, forever)).rejects.toBeInstanceOf(Bottleneck.BottleneckError);
  await pass();
  await tooMuch;
  await expect(new Semaphore(2).sandbox(forever, { permits: 3 })).rejects.toBeInstanceOf(RangeError);
});

it('takes weights and permits', async () => {
  const limiter = new Bottleneck({ maxConcurrent: 2 });
  const semaphore = new Semaphore(2);
  const [theirs, ours] = [vi.fn(forever), vi.fn(forever)];
  for (let i = 0; i < 2; i++) {
    void limiter.schedule({ weight: 2 }, theirs);
    void semaphore.sandbox(ours, { permits: 2 });
  }
  await pass();
  expect([theirs.mock.calls.length, ours.mock.calls.length]).toEqual([1, 1]);
  expect([limiter.queued(), semaphore.waiting]).toEqual([1, 1]);
});

it('refuses later jobs once it has been stopped', async () => {
  const limiter = new Bottleneck({ maxConcurrent: 1 });
  void limiter.schedule(forever);
  await pass();
  const dropped = expect(limiter.schedule(forever)).rejects.toThrow('stopped');
  await pass();
  void limiter.stop({ dropWaitingJobs: true });
  await dropped;
  await expect(limiter.schedule(async () => 'late')).rejects.toThrow('stopped');

  const semaphore = new Semaphore(1);
  const guard = await semaphore.acquire();
  const cancelled = expect(semaphore.sandbox(forever)).rejects.toMatchObject({ name: 'AbortError' });
  semaphore.cancel();
  await cancelled;
  guard.release();
  expect(await semaphore.sandbox(() => 'late')).toBe('late');
});

it('changes the limit later, ours at once', async () => {
  const limiter = new Bottleneck({ maxConcurrent: 1 });
  const semaphore = new Semaphore(1);
  const [theirs, ours] = [vi.fn(forever), vi.fn(forever)];
  for (let i = 0; i < 2; i++) {
    void limiter.schedule(theirs);
    void semaphore.sandbox(ours);
  }
  await pass();
  void limiter.updateSettings({ maxConcurrent: 2 });
  semaphore.capacity = 2;
  expect([theirs.mock.calls.length, ours.mock.calls.length]).toEqual([1, 2]);
  await pass();
  expect(theirs).toHaveBeenCalledTimes(2);
});

it('takes 0 for a pause', async () => {
  const limiter = new Bottleneck({ maxConcurrent: 0 });
  const semaphore = new Semaphore(0);
  const ours = vi.fn(forever);
  const refused = expect(limiter.schedule(forever)).rejects.toBeInstanceOf(Bottleneck.BottleneckError);
  void semaphore.sandbox(ours);
  await pass();
  await refused;
  expect(ours).not.toHaveBeenCalled();
  semaphore.capacity = 1;
  expect(ours).toHaveBeenCalledOnce();
});

it('has a limit for each key of a group', async () => {
  const group = new Bottleneck.Group({ maxConcurrent: 1 });
  const fn = vi.fn(forever);
  for (const key of ['a', 'a', 'b']) void group.key(key).schedule(fn);
  await pass();
  expect(fn).toHaveBeenCalledTimes(2);
});
