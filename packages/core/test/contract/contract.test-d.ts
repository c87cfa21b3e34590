// The contract, on the classes that implement it.
import type {
  Acquirable,
  AsyncLockable,
  Callback,
  GiveUpOptions,
  Guard,
  Lease,
  LeaseLostError,
  Lockable,
  Locks,
  LossReason,
  PermitOptions,
  WaitOptions,
} from '@valvekit/core';
import { AbortError, InvalidStateError, TimeoutError } from '@valvekit/core';
import { Mutex, ReadWriteLock, Semaphore, type UpgradableGuard, type WriteGuard } from 'valvekit';
import { describe, expectTypeOf, it } from 'vitest';

const mutex = new Mutex();
const semaphore = new Semaphore(3);
const rw = new ReadWriteLock();

// Scopes wider than a thread, as other packages declare them.
interface FencedLease extends Lease {
  readonly token: number;
}
interface RemoteLock<L extends FencedLease = FencedLease, O extends WaitOptions = WaitOptions>
  extends AsyncLockable<L, O> {
  cancel(reason?: unknown): void;
}
declare class RemoteLocks implements Locks {
  mutex(name: string): RemoteLock;
  semaphore(name: string, capacity: number): RemoteLock<FencedLease, PermitOptions>;
  readWriteLock(name: string): { readonly read: RemoteLock; readonly write: RemoteLock };
}

// A family of locks of this thread.
interface KeyedLock<G extends Guard = Guard, O extends WaitOptions = WaitOptions> extends Lockable<G, O> {
  readonly isLocked: boolean;
}
declare class KeyedLocks<K = string> implements Locks<K> {
  mutex(key: K): KeyedLock;
  semaphore(key: K, capacity: number): KeyedLock<Guard, PermitOptions>;
  readWriteLock(key: K): { readonly read: KeyedLock; readonly write: KeyedLock<WriteGuard> };
}

declare const keyed: KeyedLocks;
declare const keyedByObject: KeyedLocks<object>;
declare const remote: RemoteLocks;

describe('Acquirable', () => {
  it('is every lock, in any scope', () => {
    const all: Acquirable[] = [
      mutex,
      semaphore,
      rw.read,
      rw.write,
      rw.upgradable,
      keyed.mutex('a'),
      keyed.semaphore('a', 1),
      keyed.readWriteLock('a').write,
      remote.mutex('a'),
      remote.semaphore('a', 2),
      remote.readWriteLock('a').read,
    ];
    const [any] = all as [Acquirable];
    expectTypeOf(any.acquire({ priority: 1, timeout: 5, signal: null })).toEqualTypeOf<Promise<Guard | Lease>>();
    expectTypeOf(any.tryAcquire()).toEqualTypeOf<Guard | Lease | undefined | Promise<Guard | Lease | undefined>>();
    expectTypeOf(any.sandbox(async (lease) => lease?.released)).toEqualTypeOf<Promise<boolean | undefined>>();
    expectTypeOf(any.sandbox(() => 1)).toEqualTypeOf<Promise<number>>();
    // @ts-expect-error a lock of this thread passes no lease
    void any.sandbox((lease) => lease.released);
  });

  it('is not a read/write lock without its sides', () => {
    expectTypeOf(rw).not.toExtend<Acquirable>();
    expectTypeOf<Guard>().not.toExtend<Acquirable>();
  });
});

describe('Lockable', () => {
  it('is every lock of this thread', () => {
    const all: Lockable[] = [mutex, semaphore, rw.read, rw.write, rw.upgradable, keyed.semaphore('a', 2)];
    const [any] = all as [Lockable];
    expectTypeOf(any.acquire()).toEqualTypeOf<Promise<Guard>>();
    expectTypeOf(any.tryAcquire()).toEqualTypeOf<Guard | undefined>();
    expectTypeOf(any.sandbox(async () => 'text')).toEqualTypeOf<Promise<string>>();
    // @ts-expect-error permits are a semaphore's
    void any.acquire({ permits: 2 });
    // @ts-expect-error no guard is passed on
    void any.sandbox((guard: Guard) => guard.release());
  });

  it('knows the guard and the options of its lock', () => {
    expectTypeOf(mutex).toExtend<Lockable<Guard, WaitOptions>>();
    expectTypeOf(semaphore).toExtend<Lockable<Guard, PermitOptions>>();
    expectTypeOf(rw.write).toExtend<Lockable<WriteGuard>>();
    expectTypeOf(rw.upgradable).toExtend<Lockable<UpgradableGuard>>();
    expectTypeOf(rw.read).not.toExtend<Lockable<WriteGuard>>();
    void keyed.semaphore('a', 2).acquire({ permits: 2 });
    // @ts-expect-error a mutex has no permits
    void keyed.mutex('a').acquire({ permits: 2 });
  });

  it('is no lock of a wider scope', () => {
    // @ts-expect-error it answers later
    const wrong: Lockable = remote.mutex('a');
    return wrong;
  });
});

describe('AsyncLockable', () => {
  it('is every lock of a wider scope', () => {
    const all: AsyncLockable[] = [remote.mutex('a'), remote.semaphore('a', 2)];
    const [any] = all as [AsyncLockable];
    expectTypeOf(any.acquire()).toEqualTypeOf<Promise<Lease>>();
    expectTypeOf(any.tryAcquire()).toEqualTypeOf<Promise<Lease | undefined>>();
    expectTypeOf(any.sandbox((lease) => lease.signal.aborted)).toEqualTypeOf<Promise<boolean>>();
    void any.tryAcquire({ signal: null });
    void any.tryAcquire({ signal: new AbortController().signal });
    // @ts-expect-error a try does not wait
    void any.tryAcquire({ timeout: 5 });
  });

  it('passes its own lease on', () => {
    const limited = remote.semaphore('a', 2);
    expectTypeOf(limited.sandbox(({ token }) => token, { permits: 2 })).toEqualTypeOf<Promise<number>>();
    expectTypeOf(limited.acquire({ permits: 2 })).toEqualTypeOf<Promise<FencedLease>>();
  });

  it('is no lock of this thread', () => {
    // @ts-expect-error it answers immediately
    const wrong: AsyncLockable = mutex;
    return wrong;
  });
});

describe('Locks', () => {
  it('is every family of locks by name', () => {
    const all: Locks[] = [keyed, remote];
    const [any] = all as [Locks];
    expectTypeOf(any.mutex('a')).toEqualTypeOf<Acquirable>();
    expectTypeOf(any.semaphore('a', 2)).toEqualTypeOf<Acquirable<Guard | Lease, PermitOptions>>();
    void any.semaphore('a', 2).acquire({ permits: 2 });
    expectTypeOf(any.readWriteLock('a').write).toEqualTypeOf<Acquirable>();
    // @ts-expect-error a name is a string, unless the family says so
    void any.mutex({});
  });

  it('is of any key for code that never makes one up', () => {
    const all: Locks<never>[] = [keyed, remote, keyedByObject];
    // @ts-expect-error a key that fits all of them does not exist
    void all[0]?.mutex('a');
  });
});

describe('sandbox', () => {
  it('awaits what its function returns', () => {
    expectTypeOf(mutex.sandbox((): number | Promise<number> => 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(mutex.sandbox(() => Promise.resolve(Promise.resolve(1)))).toEqualTypeOf<Promise<number>>();
    expectTypeOf(semaphore.sandbox(() => ({}) as PromiseLike<'a'>)).toEqualTypeOf<Promise<'a'>>();
    expectTypeOf(rw.read.sandbox(() => {})).toEqualTypeOf<Promise<void>>();
    expectTypeOf(semaphore.wrap((n: number) => (n > 0 ? n : Promise.resolve(`${n}`)))).toEqualTypeOf<
      (n: number) => Promise<number | string>
    >();
  });
});

describe('Guard and Lease', () => {
  it('are disposable, each in its way, and no promises', () => {
    expectTypeOf<Guard>().toExtend<Disposable>();
    expectTypeOf<Guard>().not.toExtend<AsyncDisposable>();
    expectTypeOf<Lease>().toExtend<AsyncDisposable>();
    expectTypeOf<Lease>().not.toExtend<Disposable>();
    expectTypeOf<Guard>().not.toExtend<PromiseLike<unknown>>();
    expectTypeOf<Lease>().not.toExtend<PromiseLike<unknown>>();
    expectTypeOf<Disposable>().not.toExtend<Guard>();
  });

  it('say whether they are released', () => {
    expectTypeOf<Guard['release']>().toEqualTypeOf<() => void>();
    expectTypeOf<Lease['release']>().toEqualTypeOf<() => Promise<void>>();
    expectTypeOf<Lease['signal']>().toEqualTypeOf<AbortSignal>();
    const guard = {} as Guard;
    // @ts-expect-error read-only
    guard.released = true;
  });
});

describe('options', () => {
  it('are undefined, or null for a signal', () => {
    const request: RequestInit = {};
    void mutex.acquire({ signal: request.signal });
    const none: PermitOptions = { timeout: undefined, signal: undefined, priority: undefined, permits: undefined };
    void semaphore.acquire(none);
    // @ts-expect-error a timeout is no null
    void mutex.acquire({ timeout: null });
    // @ts-expect-error a signal is no controller
    void mutex.acquire({ signal: new AbortController() });
    // @ts-expect-error no such option
    void mutex.acquire({ timout: 5 });
  });

  it('build on one another', () => {
    expectTypeOf<keyof GiveUpOptions>().toEqualTypeOf<'timeout' | 'signal'>();
    expectTypeOf<keyof WaitOptions>().toEqualTypeOf<'timeout' | 'signal' | 'priority'>();
    expectTypeOf<keyof PermitOptions>().toEqualTypeOf<'timeout' | 'signal' | 'priority' | 'permits'>();
    expectTypeOf<PermitOptions>().toExtend<WaitOptions>();
    expectTypeOf<WaitOptions>().toExtend<GiveUpOptions>();
  });
});

describe('Callback', () => {
  it('may declare the error as it likes', () => {
    expectTypeOf<Callback<Mutex>>().toEqualTypeOf<
      // biome-ignore lint/suspicious/noExplicitAny: that is what it is about
      (this: Mutex, error?: any) => void
    >();
    const callbacks: Callback[] = [
      () => {},
      (_error?: Error) => {},
      (_error: Error | undefined) => {},
      (_error?: NodeJS.ErrnoException | null) => {},
      (_error: unknown) => {},
    ];
    for (const callback of callbacks) mutex.lock(callback);
    // @ts-expect-error there is one argument
    void mutex.lock((_error: unknown, _more: unknown) => {});
  });
});

describe('errors', () => {
  it('are classes, and types of the same name', () => {
    expectTypeOf(new TimeoutError('late', { cause: 1 })).toEqualTypeOf<TimeoutError>();
    expectTypeOf<AbortError>().toExtend<Error>();
    class Mine extends InvalidStateError {
      override name = 'Mine';
    }
    expectTypeOf(new Mine()).toExtend<InvalidStateError>();
    const error: unknown = new AbortError();
    if (error instanceof AbortError) expectTypeOf(error.message).toEqualTypeOf<string>();
  });

  it('of a lost lease say why', () => {
    expectTypeOf<LeaseLostError['why']>().toEqualTypeOf<LossReason>();
    expectTypeOf<LossReason>().toEqualTypeOf<'silent' | 'taken' | 'late' | 'expired' | 'closed' | 'stolen'>();
    expectTypeOf<LeaseLostError['token']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<LeaseLostError['lock']>().toEqualTypeOf<string>();
  });
});
