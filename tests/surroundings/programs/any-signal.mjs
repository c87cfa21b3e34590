// A signal made of others can be collected on Node 20. With a reference to the inner one it aborts.
import assert from 'node:assert/strict';
import { Mutex } from 'valvekit';
import { check } from './check.mjs';

await check('AbortSignal.any() of a signal that one keeps a reference to', async () => {
  const mutex = new Mutex();
  mutex.tryLock();
  const inner = AbortSignal.timeout(20);
  // The timer of a signal keeps no process alive.
  const alive = setInterval(() => gc(), 5);
  await assert.rejects(mutex.lock({ signal: AbortSignal.any([inner]) }), { name: 'TimeoutError' });
  clearInterval(alive);
  assert.equal(inner.aborted, true);
});
