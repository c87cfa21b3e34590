import * as valvekit from 'valvekit';
import { describe, expect, it } from 'vitest';

describe('a wait that begins in a callback', () => {
  const waits: [string, () => Promise<unknown>][] = [
    ['Mutex', () => held(new valvekit.Mutex()).acquire()],
    ['Semaphore', () => new valvekit.Semaphore(0).acquire()],
    ['ReadWriteLock', () => held(new valvekit.ReadWriteLock().write).acquire()],
    ['KeyedLocks', () => held(new valvekit.KeyedLocks().mutex('a')).acquire()],
    ['acquireAll', () => valvekit.acquireAll([held(new valvekit.Mutex()), new valvekit.Mutex()])],
    ['Barrier', () => new valvekit.Barrier(0).wait(1)],
    ['ASemaphore', () => new valvekit.ASemaphore(1).wait()],
  ];

  it.each(waits)('tells nobody else before the callback returns: %s', (_name, wait) => {
    const mutex = held(new valvekit.Mutex());
    const log: string[] = [];
    mutex.lock(() => {
      log.push('a begins');
      void wait();
      log.push('a ends');
    });
    mutex.lock(() => log.push('b'));
    mutex.cancel();
    expect(log).toEqual(['a begins', 'a ends', 'b']);
  });
});

function held<Lock extends valvekit.Lockable>(lock: Lock): Lock {
  lock.tryAcquire();
  return lock;
}
