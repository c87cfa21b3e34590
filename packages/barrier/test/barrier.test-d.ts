import { Barrier, type BarrierCallback, type Condition, createBarrier, type WaitOptions } from '@valvekit/barrier';
import { describe, expectTypeOf, it } from 'vitest';

type Light = 'red' | 'yellow' | 'green';

const light = new Barrier<Light>('red');

describe('Barrier', () => {
  it('has the type of its ticket', () => {
    expectTypeOf(light.get()).toEqualTypeOf<Light>();
    expectTypeOf(light.set).parameters.toEqualTypeOf<[Light]>();
    expectTypeOf(new Barrier(1)).toEqualTypeOf<Barrier<number>>();
    expectTypeOf(createBarrier('foo-bar')).toEqualTypeOf<Barrier<string>>();
    expectTypeOf(createBarrier<Light>()).toEqualTypeOf<Barrier<Light>>();
    expectTypeOf(createBarrier()).toEqualTypeOf<Barrier<unknown>>();
    expectTypeOf(new Barrier()).toEqualTypeOf<Barrier<unknown>>();
    // @ts-expect-error no such light
    light.set('blue');
    // @ts-expect-error no such light
    new Barrier<Light>('blue');
    // @ts-expect-error a ticket, please
    light.set();
  });

  it('shows how many wait, which cannot be assigned', () => {
    expectTypeOf(light.waiting).toEqualTypeOf<number>();
    expectTypeOf(light.cancel).parameter(0).toEqualTypeOf<unknown>();
    // @ts-expect-error read-only
    light.waiting = 0;
  });
});

describe('wait', () => {
  it('promises the ticket', () => {
    expectTypeOf(light.wait('green')).toEqualTypeOf<Promise<Light>>();
    expectTypeOf(light.wait(['green', 'yellow'])).toEqualTypeOf<Promise<Light>>();
    expectTypeOf(light.wait(['green', 'yellow'] as const)).toEqualTypeOf<Promise<Light>>();
    expectTypeOf(light.wait(/^g/, { timeout: 5 })).toEqualTypeOf<Promise<Light>>();
    expectTypeOf(light.wait((ticket): boolean => ticket.length > 3)).toEqualTypeOf<Promise<Light>>();
  });

  it('narrows its result by a type guard', () => {
    const isGo = (ticket: Light): ticket is 'green' => ticket === 'green';
    expectTypeOf(light.wait(isGo)).toEqualTypeOf<Promise<'green'>>();
    expectTypeOf(light.wait(isGo, { timeout: 5 })).toEqualTypeOf<Promise<'green'>>();
    expectTypeOf(light.wait((ticket) => ticket !== 'red')).toEqualTypeOf<Promise<'yellow' | 'green'>>();
    const maybe = new Barrier<{ id: number } | undefined>();
    expectTypeOf(maybe.wait((ticket) => ticket !== undefined)).toEqualTypeOf<Promise<{ id: number }>>();
    const anything = new Barrier();
    expectTypeOf(anything.wait((ticket): ticket is string => typeof ticket === 'string')).toEqualTypeOf<
      Promise<string>
    >();
  });

  it('gives a callback the ticket, and the barrier as this', () => {
    expectTypeOf(light.wait('green', () => {})).toEqualTypeOf<void>();
    expectTypeOf(light.wait('green', () => {}, 5000)).toEqualTypeOf<void>();
    expectTypeOf(light.wait('green', () => {}, { timeout: 5000 })).toEqualTypeOf<void>();
    light.wait('green', function (error, ticket) {
      expectTypeOf(this).toEqualTypeOf<Barrier<Light>>();
      expectTypeOf(error).toEqualTypeOf<unknown>();
      expectTypeOf(ticket).toEqualTypeOf<Light | undefined>();
    });
    expectTypeOf<BarrierCallback<Light>>().toEqualTypeOf<
      (this: Barrier<Light>, error?: unknown, ticket?: Light) => void
    >();
  });

  it('refuses conditions that could never match', () => {
    // @ts-expect-error no such light
    void light.wait('blue');
    // @ts-expect-error no such light in the list
    void light.wait(['green', 'blue']);
    // @ts-expect-error a light is no number
    void light.wait(1);
    // @ts-expect-error a light is never null
    void light.wait(null);
    // @ts-expect-error undefined is no condition
    void light.wait(undefined);
    // @ts-expect-error an object is no condition
    void light.wait({ is: 'green' });
    // @ts-expect-error a Date is no condition
    void new Barrier<Date>().wait(new Date());
    // @ts-expect-error nothing to wait for
    void light.wait();
    // @ts-expect-error lights are no numbers
    void light.wait((ticket: number) => ticket > 0);
    // @ts-expect-error no boolean
    void light.wait(() => 'yes');
    // @ts-expect-error a promise is always truthy
    void light.wait(async () => true);
  });

  it('refuses arguments in the wrong place', () => {
    // @ts-expect-error a promise takes options, not a number
    void light.wait('green', 5000);
    // @ts-expect-error the callback comes before the time limit
    light.wait('green', 5000, () => {});
    // @ts-expect-error no such option
    void light.wait('green', { timout: 5 });
    // @ts-expect-error the condition comes first
    void light.wait(() => {}, 'green');
  });

  it('takes every kind of scalar that a ticket can be', () => {
    const symbol: unique symbol = Symbol('ticket');
    void new Barrier<number | null>(1).wait(null);
    void new Barrier<bigint>(1n).wait(2n);
    void new Barrier<symbol>().wait(symbol);
    void new Barrier<boolean>(true).wait(false);
    void new Barrier().wait('anything');
    void new Barrier<string | undefined>().wait([undefined, 'a']);
    const day = new Date();
    void new Barrier<Date>().wait([day]);
  });
});

describe('Condition', () => {
  it('is a scalar, a list, a RegExp or a function', () => {
    expectTypeOf<'green'>().toExtend<Condition<Light>>();
    expectTypeOf<readonly Light[]>().toExtend<Condition<Light>>();
    expectTypeOf<RegExp>().toExtend<Condition<Light>>();
    expectTypeOf<(ticket: Light) => boolean>().toExtend<Condition<Light>>();
    expectTypeOf<Date>().not.toExtend<Condition<Date>>();
    expectTypeOf<'blue'>().not.toExtend<Condition<Light>>();
    expectTypeOf<undefined>().not.toExtend<Condition<undefined>>();
  });

  it('goes with the options of every wait', () => {
    expectTypeOf<WaitOptions>().toExtend<{ timeout?: number | undefined }>();
    expectTypeOf<{ timeout: number; signal: AbortSignal }>().toExtend<WaitOptions>();
  });
});
