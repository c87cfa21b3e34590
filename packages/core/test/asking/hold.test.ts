import { inspect } from 'node:util';
import { Hold } from '@valvekit/core/line';
import { symbolWithout } from '@valvekit-internal/laws/older-symbol';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ENTER, Permits } from '../permits.ts';

/** A lock, and the guard of two of its three permits. */
function held() {
  const permits = new Permits(3);
  permits.line.admitNow(2, ENTER);
  return { permits, guard: new Hold(permits.line, 2) };
}

describe('Hold', () => {
  it('gives back what it holds once, by release() or by dispose', () => {
    const { permits, guard } = held();
    expect(guard.released).toBe(false);
    guard.release();
    expect(permits.free).toBe(3);
    guard.release();
    guard[Symbol.dispose]();
    expect([guard.released, permits.free]).toEqual([true, 3]);
    const other = held();
    other.guard[Symbol.dispose]();
    other.guard.release();
    expect([other.guard.released, other.permits.free]).toEqual([true, 3]);
  });

  it('is spent by the time its hold is given back', () => {
    const { permits, guard } = held();
    const giveBack = vi.spyOn(permits.line, 'giveBack').mockImplementation(() => {
      expect(guard.released).toBe(true);
      guard.release();
    });
    guard[Symbol.dispose]();
    expect(giveBack).toHaveBeenCalledOnce();
  });

  it('can be spent without giving anything back', () => {
    const { permits, guard } = held();
    expect(guard.spend()).toBe(permits.line);
    expect(guard.spend()).toBe(undefined);
    guard.release();
    expect([guard.released, permits.free]).toEqual([true, 1]);
  });

  it('shows its line to subclasses until it is spent', () => {
    class Looking extends Hold<number> {
      look(): unknown {
        return this.line;
      }
    }
    const { permits } = held();
    const guard = new Looking(permits.line, 2);
    expect(guard.look()).toBe(permits.line);
    guard.release();
    expect(guard.look()).toBe(undefined);
  });

  it('shows in console.log whether it is released', () => {
    const { guard } = held();
    expect(inspect(guard)).toBe('Guard { released: false }');
    guard.release();
    expect(inspect([guard])).toBe('[ Guard { released: true } ]');
  });

  it('has a string tag, so that reactive proxies leave it alone, and neither `then` nor own properties', () => {
    const { guard } = held();
    expect(Object.prototype.toString.call(guard)).toBe('[object Guard]');
    expect(guard).not.toHaveProperty('then');
    expect([Object.keys(guard), JSON.stringify(guard)]).toEqual([[], '{}']);
  });
});

describe('Hold on a runtime without Symbol.dispose', () => {
  const native = Symbol;

  /** Takes the place of `Symbol`, with all its members but `dispose`. */
  function withoutDispose(): { dispose?: symbol } {
    const older = symbolWithout('dispose') as unknown as { dispose?: symbol };
    globalThis.Symbol = older as unknown as SymbolConstructor;
    return older;
  }

  async function load(): Promise<typeof Hold<number>> {
    vi.resetModules();
    return (await import('../../src/asking/hold.ts')).Hold as unknown as typeof Hold<number>;
  }

  function call(guard: object, dispose: symbol): void {
    (Reflect.get(guard, dispose) as (this: object) => void).call(guard);
  }

  afterEach(() => {
    globalThis.Symbol = native;
  });

  it('can be disposed by the symbol that compiled code looks for', async () => {
    withoutDispose();
    const OlderHold = await load();
    const { permits } = held();
    const guard = new OlderHold(permits.line, 2);
    globalThis.Symbol = native;
    call(guard, Symbol.for('Symbol.dispose'));
    expect([guard.released, permits.free]).toEqual([true, 3]);
  });

  it('can be disposed by a symbol that the program defines after it has imported us', async () => {
    const older = withoutDispose();
    const OlderHold = await load();
    const { permits } = held();
    const early = new OlderHold(permits.line, 0);
    const dispose = native('dispose');
    older.dispose = dispose;
    const guard = new OlderHold(permits.line, 2);
    const another = new OlderHold(permits.line, 0);
    globalThis.Symbol = native;
    expect(Object.keys(OlderHold.prototype)).toEqual([]);
    expect(dispose in early).toBe(true);
    call(guard, dispose);
    call(another, dispose);
    expect([guard.released, another.released, permits.free]).toEqual([true, true, 3]);
  });

  it('calls the release() of a subclass', async () => {
    const older = withoutDispose();
    const OlderHold = await load();
    const dispose = native('dispose');
    older.dispose = dispose;
    const release = vi.fn();
    class Loud extends OlderHold {
      override release(): void {
        release();
        super.release();
      }
    }
    const { permits } = held();
    const guard = new Loud(permits.line, 2);
    globalThis.Symbol = native;
    call(guard, dispose);
    expect([release.mock.calls.length, permits.free]).toEqual([1, 3]);
  });
});
