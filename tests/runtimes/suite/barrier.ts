import { Barrier, createBarrier } from 'valvekit';
import { check, equal, rejection, thrown } from './check.ts';

check('Barrier: get() and set()', () => {
  const barrier = createBarrier('foo-bar');
  equal(barrier.get(), 'foo-bar');
  barrier.set('other');
  equal(barrier.get(), 'other');
});

check('Barrier: waits for a value, a list, a pattern, a function', async () => {
  const barrier = new Barrier('start');
  const pattern = /^rea/g;
  const waits = [
    barrier.wait('ready'),
    barrier.wait(['failed', 'ready']),
    barrier.wait(pattern),
    barrier.wait((ticket) => ticket.length === 5 && ticket !== 'start'),
  ];
  equal(barrier.waiting, 4);
  barrier.set('going');
  equal(barrier.waiting, 3);
  barrier.set('ready');
  equal((await Promise.all(waits)).join(), 'ready,ready,ready,going');
  equal(pattern.lastIndex, 0);
});

check('Barrier: waiting for the current ticket ends immediately', async () => {
  const barrier = new Barrier('ready');
  let seen: unknown[] = [];
  barrier.wait('ready', function (...args) {
    seen = [this, ...args];
  });
  equal(seen, [barrier, undefined, 'ready']);
  equal(await barrier.wait(/^r/), 'ready');
});

check('Barrier: callbacks run in the order they came', () => {
  const barrier = new Barrier<string | undefined>();
  const order: unknown[] = [];
  barrier.wait(
    (ticket) => ticket === 'b',
    () => order.push(1),
    60_000,
  );
  barrier.wait('a', () => order.push(2));
  barrier.wait(['a', 'b'], (error, ticket) => order.push(3, error, ticket));
  barrier.set('b');
  equal(order, [1, 3, undefined, 'b']);
  barrier.set('a');
  equal(order, [1, 3, undefined, 'b', 2]);
});

check('Barrier: NaN, null, bigints and symbols are values', async () => {
  const symbol = Symbol('mine');
  const barrier = new Barrier<unknown>();
  for (const value of [Number.NaN, null, 10n, symbol, false, 0]) {
    const wait = barrier.wait(value as never);
    barrier.set(value);
    equal(await wait, value);
  }
});

check('Barrier: a condition that throws ends only its own wait', async () => {
  const barrier = new Barrier(0);
  const error = new Error('mine');
  const failing = rejection(
    barrier.wait((ticket) => {
      if (ticket === 1) throw error;
      return false;
    }),
  );
  const other = barrier.wait(1);
  barrier.set(1);
  equal(await failing, error);
  equal(await other, 1);
});

check('Barrier: set() inside a callback is complete when it returns', () => {
  const barrier = new Barrier(0);
  const order: number[] = [];
  barrier.wait(1, () => {
    barrier.set(2);
    order.push(1);
  });
  barrier.wait(2, () => order.push(2));
  barrier.set(1);
  equal(order, [2, 1]);
});

check('Barrier: invalid conditions', async () => {
  const barrier = new Barrier<unknown>();
  equal((await rejection(barrier.wait(undefined as never))) instanceof TypeError, true);
  equal((await rejection(barrier.wait({} as never))) instanceof TypeError, true);
  equal((await rejection(barrier.wait([]))) instanceof RangeError, true);
  equal(thrown(() => barrier.wait([], () => {})) instanceof RangeError, true);
});

check('Barrier: timeout, abort and cancel()', async () => {
  const barrier = new Barrier('closed');
  const abort = new AbortController();
  const reason = new Error('mine');
  const waits = [
    barrier.wait('open', { timeout: 5 }),
    barrier.wait('open', { signal: abort.signal }),
    barrier.wait(/open/),
  ];
  const ends = Promise.all(waits.map(rejection));
  abort.abort(reason);
  equal((await rejection(waits[0] as Promise<string>)).name, 'TimeoutError');
  barrier.cancel();
  const [late, aborted, cancelled] = await ends;
  equal([late?.name, aborted, cancelled?.name, barrier.waiting], ['TimeoutError', reason, 'AbortError', 0]);
});
