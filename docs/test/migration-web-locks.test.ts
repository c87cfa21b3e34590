// Checks what docs/migration/web-locks.md says about navigator.locks and our locks.
import { Worker } from 'node:worker_threads';
import { Mutex, ReadWriteLock } from 'valvekit';
import { expect, it } from 'vitest';

const { locks } = navigator;

/** Acquires a lock, and resolves to a function that releases it. */
function hold(name: string, mode: LockMode): Promise<() => void> {
  return new Promise((resolve) => {
    void locks.request(name, { mode }, () => new Promise<void>((leave) => resolve(leave)));
  });
}

it('makes other threads wait, which ours cannot do', async () => {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     navigator.locks.request('thread', () => {
       parentPort.postMessage('inside');
       return new Promise((leave) => parentPort.once('message', leave));
     });`,
    { eval: true },
  );
  await new Promise((resolve) => worker.once('message', resolve));
  expect(await locks.request('thread', { ifAvailable: true }, (lock) => lock)).toBeNull();
  worker.postMessage('leave');
  await locks.request('thread', () => {});
  await worker.terminate();
});

it('makes a reader wait behind a waiting writer, as ours does', async () => {
  const log: string[] = [];
  const leave = await hold('line', 'shared');
  const theirs = [
    locks.request('line', () => log.push('writer')),
    locks.request('line', { mode: 'shared' }, () => log.push('reader')),
  ];
  leave();
  await Promise.all(theirs);

  const lock = new ReadWriteLock();
  await lock.readLock();
  const ours = [lock.write.sandbox(() => log.push('writer')), lock.read.sandbox(() => log.push('reader'))];
  lock.unlock();
  await Promise.all(ours);
  expect(log).toEqual(['writer', 'reader', 'writer', 'reader']);
});

it('rejects with the reason of the signal, as ours does', async () => {
  const signal = AbortSignal.abort(new Error('never mind'));
  await expect(locks.request('signal', { signal }, () => {})).rejects.toBe(signal.reason);
  await expect(new Mutex().sandbox(() => {}, { signal })).rejects.toBe(signal.reason);
});

it('allows stealing a lock, so that there are two holders', async () => {
  const inside: string[] = [];
  const robbed = locks.request('steal', async () => {
    inside.push('first');
    await new Promise(() => {});
  });
  const stolen = expect(robbed).rejects.toMatchObject({ name: 'AbortError' });
  await locks.request('steal', { steal: true }, () => inside.push('second'));
  expect(inside).toEqual(['first', 'second']);
  await stolen;
});
