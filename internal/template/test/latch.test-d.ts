import { type Callback, createLatch, Latch, type WaitOptions } from '@valvekit-internal/template';
import { describe, expectTypeOf, it } from 'vitest';

const gate = new Latch(2);

describe('Latch', () => {
  it('waits in two forms', () => {
    expectTypeOf(gate.wait()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(gate.wait({ timeout: 1, priority: 2 })).toEqualTypeOf<Promise<void>>();
    expectTypeOf(gate.wait(() => {})).toEqualTypeOf<void>();
    expectTypeOf(gate.wait((_error) => {}, 5000)).toEqualTypeOf<void>();
    expectTypeOf<Callback<Latch>>().parameter(0).toBeAny();
    expectTypeOf<WaitOptions['timeout']>().toEqualTypeOf<number | undefined>();
    // @ts-expect-error a timeout of the promise form is an option
    void gate.wait(5000);
    // @ts-expect-error no such option
    void gate.wait({ timout: 5 });
  });

  it('counts in numbers, and is read-only', () => {
    expectTypeOf(createLatch(2)).toEqualTypeOf<Latch>();
    expectTypeOf(gate.countDown()).toEqualTypeOf<void>();
    expectTypeOf(gate.count).toEqualTypeOf<number>();
    expectTypeOf(gate.waiting).toEqualTypeOf<number>();
    // @ts-expect-error a number
    new Latch('2');
    // @ts-expect-error read only
    gate.count = 0;
  });
});
