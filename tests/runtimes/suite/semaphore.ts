import { createSemaphore, map, Semaphore } from 'valvekit';
import { check, equal, rejection, thrown } from './check.ts';

check('Semaphore: take() and release()', async () => {
  const semaphore = createSemaphore(2);
  await semaphore.take();
  await semaphore.take();
  const third = semaphore.take();
  equal([semaphore.available, semaphore.capacity, semaphore.waiting], [0, 2, 1]);
  semaphore.release();
  await third;
  semaphore.release(2);
  equal(semaphore.available, 2);
});

check('Semaphore: the callback form', () => {
  const semaphore = createSemaphore(1);
  const order: number[] = [];
  semaphore.take(function (error) {
    equal([this, error], [semaphore, undefined]);
    order.push(1);
  });
  semaphore.take(() => order.push(2), 60_000);
  equal(order, [1]);
  semaphore.release();
  equal(order, [1, 2]);
  semaphore.release();
});

check('Semaphore: several permits together, in their turn', async () => {
  const semaphore = new Semaphore(3);
  await semaphore.take();
  const all = semaphore.take({ permits: 3 });
  const one = semaphore.take();
  equal([semaphore.tryTake(), semaphore.waiting], [false, 2]);
  semaphore.release();
  await all;
  equal(semaphore.waiting, 1);
  semaphore.release(3);
  await one;
  semaphore.release();
});

check('Semaphore: release() of more than was taken throws and changes nothing', async () => {
  const semaphore = new Semaphore(2);
  await semaphore.take();
  equal(thrown(() => semaphore.release(2)).name, 'InvalidStateError');
  equal(semaphore.available, 1);
  semaphore.release();
});

check('Semaphore: more permits than the capacity is a RangeError', async () => {
  const semaphore = new Semaphore(2);
  equal((await rejection(semaphore.take({ permits: 3 }))) instanceof RangeError, true);
  equal(thrown(() => semaphore.tryTake(0)) instanceof RangeError, true);
  equal(thrown(() => new Semaphore(-1)) instanceof RangeError, true);
  equal(thrown(() => new Semaphore('1' as never)) instanceof TypeError, true);
});

check('Semaphore: the capacity can change while in use', async () => {
  const semaphore = new Semaphore(1);
  await semaphore.take();
  const waits = [semaphore.take(), semaphore.take()];
  semaphore.capacity = 3;
  await Promise.all(waits);
  semaphore.capacity = 1;
  equal(semaphore.available, -2);
  semaphore.release(3);
  equal(semaphore.available, 1);
});

check('Semaphore: capacity 0 is a pause; a lower capacity rejects waiters that can never be served', async () => {
  const semaphore = new Semaphore(2);
  semaphore.capacity = 0;
  const one = semaphore.take();
  const two = rejection(semaphore.take({ permits: 2 }));
  equal(semaphore.waiting, 2);
  semaphore.capacity = 1;
  equal((await two) instanceof RangeError, true);
  await one;
  semaphore.release();
});

check('Semaphore: Infinity', async () => {
  const semaphore = new Semaphore(Number.POSITIVE_INFINITY);
  await semaphore.take({ permits: 1e6 });
  equal(semaphore.available, Number.POSITIVE_INFINITY);
});

check('Semaphore: guards and sandbox()', async () => {
  const semaphore = new Semaphore(3);
  const guard = await semaphore.acquire({ permits: 2 });
  equal([semaphore.available, semaphore.tryAcquire(2)], [1, undefined]);
  equal(thrown(() => semaphore.release()).name, 'InvalidStateError');
  equal(await semaphore.sandbox(() => 'inside'), 'inside');
  guard.release();
  guard.release();
  equal(semaphore.available, 3);
});

check('Semaphore: wrap() limits a function', async () => {
  const semaphore = new Semaphore(2);
  let inside = 0;
  let most = 0;
  const double = semaphore.wrap(async (n: number) => {
    most = Math.max(most, ++inside);
    await Promise.resolve();
    inside--;
    return n * 2;
  });
  equal(await Promise.all([1, 2, 3, 4, 5].map((n) => double(n))), [2, 4, 6, 8, 10]);
  equal(most, 2);
});

check('map() of an iterable keeps the order and the limit', async () => {
  const semaphore = new Semaphore(2);
  let most = 0;
  const squares = await map(semaphore, new Set([1, 2, 3, 4]), async (n, index) => {
    equal(index, n - 1);
    most = Math.max(most, 2 - semaphore.available);
    await Promise.resolve();
    return n * n;
  });
  equal(squares, [1, 4, 9, 16]);
  equal([most, semaphore.available], [2, 2]);
});

check('map() of an async iterable reads one item ahead of its permits', async () => {
  let pulled = 0;
  async function* source() {
    while (pulled < 5) yield pulled++;
  }
  const semaphore = new Semaphore(1);
  const results = await map(semaphore, source(), async (n) => {
    equal(pulled <= n + 2, true);
    await Promise.resolve();
    return -n;
  });
  equal(results.join(), '0,-1,-2,-3,-4');
});

check('map() rejects at the first failure and closes its source', async () => {
  const semaphore = new Semaphore(2);
  const error = new Error('mine');
  let closed = false;
  function* source() {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      closed = true;
    }
  }
  const failing = map(semaphore, source(), async (n) => {
    await Promise.resolve();
    if (n === 3) throw error;
  });
  equal(await rejection(failing), error);
  equal(closed, true);
});

check('map() with a timeout waits no longer than that for a permit', async () => {
  const semaphore = new Semaphore(1);
  await semaphore.take();
  equal((await rejection(map(semaphore, [1], () => 1, { timeout: 5 }))).name, 'TimeoutError');
  semaphore.release();
});

check('Semaphore: cancel() ends every wait', async () => {
  const semaphore = new Semaphore(1);
  await semaphore.take();
  const wait = semaphore.take();
  semaphore.cancel();
  equal((await rejection(wait)).name, 'AbortError');
  equal(semaphore.available, 0);
  semaphore.release();
});
