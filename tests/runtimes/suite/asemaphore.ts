import { ASemaphore, createASemaphore } from 'valvekit';
import { check, equal, rejection, thrown } from './check.ts';

check('ASemaphore: fires when the count returns to zero', () => {
  let fired: unknown[] = [];
  const all = createASemaphore(function (...args) {
    fired = [this, ...args];
  });
  equal([all.v(), all.v(2), all.count], [1, 3, 3]);
  equal([all.p(), all.p(), all.p('last')], [2, 1, 0]);
  equal(fired, [all, 'last']);
});

check('ASemaphore: starts at a count', async () => {
  let fired = 0;
  const all = new ASemaphore(2, () => fired++);
  const done = all.wait();
  all.p();
  equal([fired, all.waiting], [0, 1]);
  all.p();
  await done;
  equal([fired, all.waiting], [1, 0]);
});

check('ASemaphore: p() at zero throws', () => {
  const all = new ASemaphore();
  equal(thrown(() => all.p()).name, 'InvalidStateError');
  equal(all.count, 0);
  equal(thrown(() => all.v(0)) instanceof RangeError, true);
  equal(thrown(() => new ASemaphore('1' as never)) instanceof TypeError, true);
});

check('ASemaphore: wrap() counts down once, even if the callback throws', () => {
  const all = new ASemaphore();
  const error = new Error('mine');
  let calls = 0;
  const fine = all.wrap((n: number) => {
    calls += n;
  });
  const failing = all.wrap(() => {
    throw error;
  });
  equal(all.count, 2);
  fine(1);
  fine(1);
  equal([calls, all.count], [2, 1]);
  equal(thrown(failing), error);
  equal(all.count, 0);
});

check('ASemaphore: track() passes on the outcome', async () => {
  const all = new ASemaphore();
  const error = new Error('mine');
  const value = all.track(Promise.resolve('value'));
  const failure = rejection(all.track(Promise.reject(error)));
  equal(all.count, 2);
  await all.wait();
  equal(await value, 'value');
  equal(await failure, error);
});

check('ASemaphore: reaching zero inside the function fires after it returns, never nested', () => {
  const order: string[] = [];
  const all = new ASemaphore(function (this: ASemaphore, name) {
    order.push(`${String(name)} in`);
    if (name === 'first') {
      this.v();
      this.p('second');
    }
    order.push(`${String(name)} out`);
  });
  all.v();
  all.p('first');
  equal(order.join(), 'first in,first out,second in,second out');
});

check('ASemaphore: timeout, abort and cancel()', async () => {
  const all = new ASemaphore(1);
  const abort = new AbortController();
  const reason = new Error('mine');
  equal((await rejection(all.wait({ timeout: 5 }))).name, 'TimeoutError');
  const aborted = rejection(all.wait({ signal: abort.signal }));
  abort.abort(reason);
  equal(await aborted, reason);
  const cancelled = rejection(all.wait());
  all.cancel();
  equal((await cancelled).name, 'AbortError');
  equal([all.count, all.waiting], [1, 0]);
});
