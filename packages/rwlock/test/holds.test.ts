import { type Guard, InvalidStateError, ReadWriteLock } from '@valvekit/rwlock';
import { beforeEach, describe, expect, it } from 'vitest';

type Mode = 'read' | 'upgradable' | 'write';

const policies = ['fair', 'readers'] as const;
const modes: Mode[] = ['read', 'upgradable', 'write'];

let log: string[];

beforeEach(() => {
  log = [];
});

/** Asks for a hold that is kept, and logs when it begins. */
function ask(lock: ReadWriteLock, mode: Mode, name: string): void {
  void lock[mode]
    .sandbox(() => {
      log.push(name);
      return new Promise(() => {});
    })
    .catch((reason: unknown) => log.push(`${name}: ${String(reason)}`));
}

function guard(lock: ReadWriteLock, mode: Mode): Guard {
  const hold = lock[mode].tryAcquire();
  if (hold === undefined) throw new Error('The lock is not free');
  return hold;
}

describe.each(policies)('with the policy %s', (policy) => {
  it.each([
    ['read', ['read', 'upgradable']],
    ['upgradable', ['read']],
    ['write', []],
  ] as const)('a %s hold admits %j', (holder, expected) => {
    for (const mode of modes) {
      const lock = new ReadWriteLock({ policy });
      guard(lock, holder);
      expect(lock[mode].tryAcquire() !== undefined, mode).toBe(expected.includes(mode as never));
    }
    for (const mode of modes) {
      const lock = new ReadWriteLock({ policy });
      guard(lock, holder);
      ask(lock, mode, mode);
      expect(lock.waiting, mode).toBe(expected.includes(mode as never) ? 0 : 1);
    }
  });

  it.each(modes)('a %s hold leaves the lock as it was when it is released', (mode) => {
    const lock = new ReadWriteLock({ policy });
    for (let i = 0; i < 3; i++) {
      const hold = guard(lock, mode);
      expect(lock).toMatchObject(mode === 'write' ? { isLocked: 'W', readers: 0 } : { isLocked: 'R', readers: 1 });
      hold.release();
      hold.release();
      expect(lock).toMatchObject({ isLocked: false, readers: 0 });
    }
    expect(lock.tryWriteLock()).toBe(true);
  });

  it('unlock() releases bare read holds only, and says so when none is left', () => {
    const lock = new ReadWriteLock({ policy });
    const guards = [guard(lock, 'read'), guard(lock, 'upgradable')];
    lock.tryReadLock();
    lock.tryReadLock();
    expect(lock.readers).toBe(4);
    lock.unlock();
    lock.unlock();
    expect(() => lock.unlock()).toThrow(InvalidStateError);
    expect(() => lock.unlock()).toThrow('ReadWriteLock is held by guards or sandboxes, and only they can release it');
    expect(lock.readers).toBe(2);
    for (const hold of guards) hold.release();
    expect(() => lock.unlock()).toThrow('ReadWriteLock is not locked');
    expect(lock.readers).toBe(0);
  });

  it('unlock() cannot release the write hold of a guard', () => {
    const lock = new ReadWriteLock({ policy });
    const hold = guard(lock, 'write');
    expect(() => lock.unlock()).toThrow(/held by guards or sandboxes, and only they/);
    expect(lock.isLocked).toBe('W');
    hold.release();
    expect(lock.tryWriteLock()).toBe(true);
    lock.unlock();
    expect(lock.isLocked).toBe(false);
  });

  it('unlock() releases a bare write hold that follows one of a guard', () => {
    const lock = new ReadWriteLock({ policy });
    const hold = guard(lock, 'write');
    lock.writeLock(() => log.push('W'));
    hold.release();
    expect(log).toEqual(['W']);
    lock.unlock();
    expect(lock.isLocked).toBe(false);
  });

  it('a guard cannot release a bare hold, however often it is released', () => {
    const lock = new ReadWriteLock({ policy });
    const hold = guard(lock, 'read');
    lock.tryReadLock();
    hold.release();
    hold.release();
    expect(lock.readers).toBe(1);
    ask(lock, 'write', 'W');
    expect(log).toEqual([]);
    lock.unlock();
    expect(log).toEqual(['W']);
  });

  it.each(['bare', 'guarded'])(
    'a writer acquires the lock when the last of mixed holds is released, the %s one first',
    (first) => {
      const lock = new ReadWriteLock({ policy });
      const hold = guard(lock, 'read');
      lock.tryReadLock();
      ask(lock, 'write', 'W');
      const leave = [() => lock.unlock(), () => hold.release()];
      if (first === 'guarded') leave.reverse();
      leave[0]?.();
      expect(log).toEqual([]);
      leave[1]?.();
      expect(log).toEqual(['W']);
    },
  );

  it('a waiter is counted as a reader or a writer until it is admitted', () => {
    const lock = new ReadWriteLock({ policy });
    lock.tryWriteLock();
    for (const mode of modes) ask(lock, mode, mode);
    expect(lock).toMatchObject({ waiting: 3, waitingReaders: 2, waitingWriters: 1 });
    lock.unlock();
    expect(log).toEqual(['read', 'upgradable']);
    expect(lock).toMatchObject({ waiting: 1, waitingReaders: 0, waitingWriters: 1, readers: 2 });
  });

  it('cancel() ends every wait with its reason, and no hold', async () => {
    const lock = new ReadWriteLock({ policy });
    lock.tryWriteLock();
    for (const mode of modes) ask(lock, mode, mode);
    lock.cancel('enough');
    expect(lock).toMatchObject({ waiting: 0, isLocked: 'W' });
    for (let i = 0; i < 5; i++) await Promise.resolve();
    expect(log.sort()).toEqual(['read: enough', 'upgradable: enough', 'write: enough']);
  });
});

describe('with the policy fair', () => {
  it('an upgradable that waits for another one blocks the readers behind it', () => {
    const lock = new ReadWriteLock();
    const hold = guard(lock, 'upgradable');
    ask(lock, 'upgradable', 'U');
    ask(lock, 'read', 'R');
    expect(log).toEqual([]);
    hold.release();
    expect(log).toEqual(['U', 'R']);
    expect(lock.readers).toBe(2);
  });

  it('an upgradable is admitted together with the adjacent readers', () => {
    const lock = new ReadWriteLock();
    lock.tryWriteLock();
    ask(lock, 'read', 'R1');
    ask(lock, 'upgradable', 'U');
    ask(lock, 'read', 'R2');
    ask(lock, 'write', 'W');
    lock.unlock();
    expect(log).toEqual(['R1', 'U', 'R2']);
  });

  it('the second of two adjacent upgradables waits, and blocks what is behind it', () => {
    const lock = new ReadWriteLock();
    lock.tryWriteLock();
    ask(lock, 'upgradable', 'U1');
    ask(lock, 'upgradable', 'U2');
    ask(lock, 'read', 'R');
    lock.unlock();
    expect(log).toEqual(['U1']);
    expect(lock.waitingReaders).toBe(2);
  });
});

describe('with the policy readers', () => {
  it('readers overtake an upgradable that waits', () => {
    const lock = new ReadWriteLock({ policy: 'readers' });
    guard(lock, 'upgradable');
    ask(lock, 'upgradable', 'U');
    ask(lock, 'read', 'R');
    expect(log).toEqual(['R']);
  });

  it('upgradables keep their order with writers', () => {
    const lock = new ReadWriteLock({ policy: 'readers' });
    lock.tryWriteLock();
    ask(lock, 'upgradable', 'U');
    ask(lock, 'write', 'W');
    ask(lock, 'read', 'R');
    lock.unlock();
    expect(log).toEqual(['R', 'U']);
    expect(lock.waitingWriters).toBe(1);
  });
});
