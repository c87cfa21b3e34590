import { inspect } from 'node:util';
import { expect, it, vi } from 'vitest';
import { Hold } from '../src/guard.ts';
import { WaiterQueue } from '../src/waiter-queue.ts';

function hold() {
  const owner = { name: 'owner' };
  const giveBack = vi.fn();
  const queue = new WaiterQueue<typeof owner, number>(owner, () => true, giveBack);
  return { queue, owner, giveBack, guard: new Hold(queue, 3) };
}

it('gives back what it holds once, as a method of the lock', () => {
  const { owner, giveBack, guard } = hold();
  expect(guard.released).toBe(false);
  guard.release();
  guard.release();
  guard[Symbol.dispose]();
  expect(guard.released).toBe(true);
  expect([giveBack.mock.contexts, giveBack.mock.calls]).toEqual([[owner], [[3]]]);
});

it('is spent already when what it held is given back', () => {
  const { giveBack, guard } = hold();
  giveBack.mockImplementation(() => {
    expect(guard.released).toBe(true);
    guard.release();
  });
  guard[Symbol.dispose]();
  expect(giveBack).toHaveBeenCalledOnce();
});

it('can be spent without giving anything back', () => {
  const { queue, giveBack, guard } = hold();
  expect(guard.spend()).toBe(queue);
  expect(guard.spend()).toBe(undefined);
  guard.release();
  expect([guard.released, giveBack.mock.calls.length]).toEqual([true, 0]);
});

it('is disposable where the runtime has no Symbol.dispose yet', async () => {
  const symbol = Symbol;
  const older = (description?: string): symbol => symbol(description);
  for (const name of Object.getOwnPropertyNames(symbol)) {
    if (name !== 'dispose' && !(name in older))
      Object.defineProperty(older, name, { value: Reflect.get(symbol, name) });
  }
  vi.resetModules();
  globalThis.Symbol = older as SymbolConstructor;
  const { Hold: OlderHold } = await import('../src/guard.ts').finally(() => {
    globalThis.Symbol = symbol;
  });
  const giveBack = vi.fn();
  const guard = new OlderHold(new WaiterQueue({}, () => true, giveBack), undefined);
  const dispose = Reflect.get(guard, Symbol.for('Symbol.dispose')) as (this: unknown) => void;
  dispose.call(guard);
  expect([guard.released, giveBack.mock.calls.length]).toEqual([true, 1]);
});

it('shows in console.log whether it is spent', () => {
  const { guard } = hold();
  expect(inspect(guard)).toBe('Guard { released: false }');
  guard.release();
  expect(inspect([guard])).toBe('[ Guard { released: true } ]');
});
