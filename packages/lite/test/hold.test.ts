import { type Guard, Mutex } from '@valvekit/lite';
import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => void vi.unstubAllGlobals());

/** The runtime as it is with another `Symbol.dispose`, or none. */
function withDispose(dispose: symbol | undefined): void {
  const { toStringTag } = Symbol;
  vi.stubGlobal('Symbol', { dispose, toStringTag, for: Symbol.for });
}

function disposeBy(key: symbol, guard: Guard | undefined): void {
  (guard as unknown as Record<symbol, () => void>)[key]?.();
}

describe('a guard of lite', () => {
  it('is disposed of by the symbol of the runtime', () => {
    const mutex = new Mutex();
    {
      using guard = mutex.tryAcquire();
      expect([guard?.released, mutex.isLocked]).toEqual([false, true]);
    }
    expect(mutex.isLocked).toBe(false);
  });

  it('is disposed of by what compiled code falls back to, where the runtime has no symbol', () => {
    const mutex = new Mutex();
    withDispose(undefined);
    const guard = mutex.tryAcquire();
    vi.unstubAllGlobals();
    disposeBy(Symbol.for('Symbol.dispose'), guard);
    expect([guard?.released, mutex.isLocked]).toEqual([true, false]);
  });

  it('is disposed of by a symbol that the program defines after the import', () => {
    const mutex = new Mutex();
    const late = Symbol('defined late');
    withDispose(late);
    const guard = mutex.tryAcquire();
    vi.unstubAllGlobals();
    disposeBy(late, guard);
    expect([guard?.released, mutex.isLocked]).toEqual([true, false]);
  });

  it('gives its permits back once', async () => {
    const mutex = new Mutex();
    const guard = await mutex.acquire();
    const next = mutex.acquire();
    guard.release();
    guard.release();
    guard[Symbol.dispose]();
    const second = await next;
    expect([guard.released, second.released, mutex.isLocked]).toEqual([true, false, true]);
  });

  it('is left alone by what wraps plain objects', () => {
    expect(Object.prototype.toString.call(new Mutex().tryAcquire())).toBe('[object Guard]');
  });

  it('works frozen', () => {
    const mutex = new Mutex();
    const guard = Object.freeze(mutex.tryAcquire());
    guard?.release();
    expect([guard?.released, mutex.isLocked]).toEqual([true, false]);
  });
});
