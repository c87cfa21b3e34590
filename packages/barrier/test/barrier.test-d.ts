import {
  Barrier,
  type BarrierArguments,
  type BarrierCallback,
  type Condition,
  createBarrier,
  type GiveUpOptions,
  type NameOptions,
  type Scalar,
} from '@valvekit/barrier';
import { describe, expectTypeOf, it } from 'vitest';

type State = 'open' | 'closed' | 'ajar';

const gate = new Barrier<State>('open');
const nullable = new Barrier<'a' | null>(null);
const anything = new Barrier();
// biome-ignore lint/suspicious/noExplicitAny: a ticket may be
const untyped = new Barrier<any>();

declare enum Light {
  Red = 0,
  Green = 1,
}

describe('Barrier', () => {
  it('has the type of its ticket', () => {
    expectTypeOf(gate.get()).toEqualTypeOf<State>();
    expectTypeOf(gate.set).parameters.toEqualTypeOf<[ticket: State]>();
    expectTypeOf(new Barrier('a')).toEqualTypeOf<Barrier<string>>();
    expectTypeOf(new Barrier(5)).toEqualTypeOf<Barrier<number>>();
    expectTypeOf(new Barrier(true)).toEqualTypeOf<Barrier<boolean>>();
    expectTypeOf(new Barrier()).toEqualTypeOf<Barrier<unknown>>();
    // @ts-expect-error no such state
    gate.set('wide');
    // @ts-expect-error no such state
    new Barrier<State>('wide');
    // @ts-expect-error the ticket is missing
    gate.set();
  });

  it('needs a ticket, unless that may be undefined', () => {
    new Barrier<string | undefined>();
    new Barrier<{ id: number } | undefined>();
    new Barrier<unknown>();
    expectTypeOf<BarrierArguments<string>>().toEqualTypeOf<[ticket: string, options?: NameOptions]>();
    expectTypeOf<BarrierArguments<string | undefined>>().toEqualTypeOf<
      [ticket?: string | undefined, options?: NameOptions]
    >();
    // @ts-expect-error the ticket is missing
    new Barrier<string>();
    // @ts-expect-error the ticket is missing
    createBarrier<State>();
  });

  it('takes a name after the ticket', () => {
    expectTypeOf(new Barrier('a', { name: 'x' })).toEqualTypeOf<Barrier<string>>();
    expectTypeOf(new Barrier('a', { name: undefined }).name).toEqualTypeOf<string | undefined>();
    new Barrier<string | undefined>(undefined, { name: 'x' });
    // @ts-expect-error a name is a string
    new Barrier('a', { name: 5 });
    // @ts-expect-error read-only
    gate.name = 'other';
  });

  it('is made by createBarrier(), too', () => {
    expectTypeOf(createBarrier('foo-bar')).toEqualTypeOf<Barrier<string>>();
    expectTypeOf(createBarrier('a', { name: 'x' })).toEqualTypeOf<Barrier<string>>();
    expectTypeOf(createBarrier<State>('open')).toEqualTypeOf<Barrier<State>>();
    expectTypeOf(createBarrier()).toEqualTypeOf<Barrier<unknown>>();
    const factory = <T>(...args: ConstructorParameters<typeof Barrier<T>>) => new Barrier<T>(...args);
    expectTypeOf(factory('a')).toEqualTypeOf<Barrier<string>>();
  });

  it('can be extended', () => {
    class Same<T> extends Barrier<T> {
      constructor(ticket: T) {
        super(ticket);
      }
    }
    class Gate extends Barrier<State> {
      constructor() {
        super('open');
      }
    }
    expectTypeOf(new Same(5).wait(5)).toEqualTypeOf<Promise<5>>();
    expectTypeOf(new Gate().wait('ajar')).toEqualTypeOf<Promise<'ajar'>>();
  });

  it('shows how many wait, which cannot be assigned', () => {
    expectTypeOf(gate.waiting).toEqualTypeOf<number>();
    expectTypeOf(gate.cancel).parameters.toEqualTypeOf<[reason?: unknown]>();
    // @ts-expect-error read-only
    gate.waiting = 0;
  });
});

describe('wait', () => {
  it('resolves to the scalar that it waits for', () => {
    expectTypeOf(gate.wait('open')).toEqualTypeOf<Promise<'open'>>();
    expectTypeOf(gate.wait('open', { timeout: 5 })).toEqualTypeOf<Promise<'open'>>();
    expectTypeOf(new Barrier(5).wait(5)).toEqualTypeOf<Promise<5>>();
    expectTypeOf(new Barrier(true).wait(true)).toEqualTypeOf<Promise<true>>();
    expectTypeOf(new Barrier<bigint>(1n).wait(1n)).toEqualTypeOf<Promise<1n>>();
    expectTypeOf(nullable.wait(null)).toEqualTypeOf<Promise<null>>();
    expectTypeOf(anything.wait('x')).toEqualTypeOf<Promise<'x'>>();
    expectTypeOf(untyped.wait('x')).toEqualTypeOf<Promise<'x'>>();
    const symbol: unique symbol = Symbol('ticket');
    expectTypeOf(new Barrier<symbol>(symbol).wait(symbol)).toEqualTypeOf<Promise<typeof symbol>>();
  });

  it('resolves to one of the list that it waits for', () => {
    expectTypeOf(gate.wait(['open', 'ajar'])).toEqualTypeOf<Promise<'open' | 'ajar'>>();
    expectTypeOf(gate.wait(['open'] as const, { signal: null })).toEqualTypeOf<Promise<'open'>>();
    expectTypeOf(new Barrier(5).wait([5, 6])).toEqualTypeOf<Promise<5 | 6>>();
    expectTypeOf(nullable.wait([null, 'a'])).toEqualTypeOf<Promise<'a' | null>>();
    expectTypeOf(anything.wait(['x', 'y'])).toEqualTypeOf<Promise<'x' | 'y'>>();
    const mixed = new Barrier<string | number | null | undefined>();
    expectTypeOf(mixed.wait(['a', 1, null])).toEqualTypeOf<Promise<'a' | 1 | null>>();
    const wanted: readonly State[] = ['open'];
    expectTypeOf(gate.wait(wanted)).toEqualTypeOf<Promise<State>>();
  });

  it('resolves to any ticket for a RegExp or a test', () => {
    expectTypeOf(gate.wait(/^o/, { timeout: 5 })).toEqualTypeOf<Promise<State>>();
    expectTypeOf(gate.wait((ticket): boolean => ticket.length > 4)).toEqualTypeOf<Promise<State>>();
    expectTypeOf(gate.wait((ticket) => ticket.match(/x/) !== null)).toEqualTypeOf<Promise<State>>();
    expectTypeOf(anything.wait(/x/)).toEqualTypeOf<Promise<unknown>>();
    expectTypeOf(anything.wait((ticket) => Boolean(ticket))).toEqualTypeOf<Promise<unknown>>();
    expectTypeOf(untyped.wait(/x/)).resolves.toBeAny();
    expectTypeOf(untyped.wait((ticket) => ticket.id === 1)).resolves.toBeAny();
    const objects = new Barrier<object>({});
    expectTypeOf(objects.wait((ticket) => 'x' in ticket)).resolves.toExtend<object>();
    const maybe = new Barrier<{ id: number } | undefined>();
    expectTypeOf(maybe.wait((ticket) => ticket?.id === 5)).resolves.toExtend<{ id: number } | undefined>();
  });

  it('narrows its result by a type guard', () => {
    const isOpen = (ticket: State): ticket is 'open' => ticket === 'open';
    expectTypeOf(gate.wait(isOpen)).toEqualTypeOf<Promise<'open'>>();
    expectTypeOf(gate.wait(isOpen, { timeout: 5 })).toEqualTypeOf<Promise<'open'>>();
    expectTypeOf(anything.wait((ticket): ticket is string => typeof ticket === 'string')).toEqualTypeOf<
      Promise<string>
    >();
    const maybe = new Barrier<{ id: number } | undefined>();
    expectTypeOf(maybe.wait((ticket): ticket is { id: number } => ticket?.id === 5)).toEqualTypeOf<
      Promise<{ id: number }>
    >();
    // TypeScript infers these guards since version 5.5.
    expectTypeOf(gate.wait((ticket) => ticket !== 'closed')).toEqualTypeOf<Promise<'open' | 'ajar'>>();
    expectTypeOf(maybe.wait((ticket) => ticket !== undefined)).toEqualTypeOf<Promise<{ id: number }>>();
  });

  it('takes a condition of any kind, in either form', () => {
    const mixed = 'open' as RegExp | State;
    expectTypeOf(gate.wait(mixed)).toEqualTypeOf<Promise<State>>();
    const condition = 'open' as State | readonly State[] | RegExp | ((ticket: State) => boolean);
    expectTypeOf(gate.wait(condition)).toEqualTypeOf<Promise<State>>();
    expectTypeOf(gate.wait(condition, () => {})).toEqualTypeOf<void>();
    expectTypeOf(gate.wait('open' as Condition<State>, { timeout: 5 })).toEqualTypeOf<Promise<State>>();
  });

  it('resolves to members of enums, brands and type parameters', () => {
    const light = new Barrier<Light>(Light.Red);
    expectTypeOf(light.wait(Light.Green)).toEqualTypeOf<Promise<Light.Green>>();
    type Id = string & { brand: 1 };
    const id = 'a' as Id;
    expectTypeOf(new Barrier<Id>(id).wait(id)).toEqualTypeOf<Promise<Id>>();
    const wait = <T extends string>(barrier: Barrier<T>, ticket: T) => barrier.wait(ticket);
    expectTypeOf(wait(gate, 'open')).resolves.toExtend<State>();
  });

  it('passes a callback the ticket, and the barrier as this', () => {
    expectTypeOf(gate.wait('open', () => {})).toEqualTypeOf<void>();
    expectTypeOf(gate.wait('open', () => {}, 5000)).toEqualTypeOf<void>();
    expectTypeOf(gate.wait('open', () => {}, { timeout: 5000 })).toEqualTypeOf<void>();
    gate.wait('open', function (error, ticket) {
      expectTypeOf(this).toEqualTypeOf<Barrier<State>>();
      expectTypeOf(error).toBeAny();
      expectTypeOf(ticket).toEqualTypeOf<State | undefined>();
    });
    gate.wait(['open', 'ajar'], (error: Error | undefined, ticket) => [error?.message, ticket], { timeout: 5 });
    expectTypeOf<BarrierCallback<State>>().parameter(0).toBeAny();
    expectTypeOf<BarrierCallback<State>>().parameter(1).toEqualTypeOf<State | undefined>();
    expectTypeOf<ThisParameterType<BarrierCallback<State>>>().toEqualTypeOf<Barrier<State>>();
  });

  it('refuses conditions that can never match', () => {
    // @ts-expect-error no such state
    void gate.wait('wide');
    // @ts-expect-error no such state
    void gate.wait('wide', () => {});
    // @ts-expect-error no such state in the list
    void gate.wait(['wide']);
    // @ts-expect-error no such state in the list
    void gate.wait(['open', 'wide']);
    // @ts-expect-error a state is no number
    void gate.wait(1);
    // @ts-expect-error a state is never null
    void gate.wait(null);
    // @ts-expect-error undefined is no condition
    void gate.wait(undefined);
    // @ts-expect-error undefined is no condition, even if it is a ticket
    void new Barrier<string | undefined>().wait(undefined);
    // @ts-expect-error nothing to wait for
    void gate.wait();
  });

  it('refuses objects, which match by a test only', () => {
    // @ts-expect-error an object is no condition
    void gate.wait({}, () => {});
    // @ts-expect-error an object is no condition
    void anything.wait({ id: 1 });
    const maybe = new Barrier<{ id: number } | undefined>();
    // @ts-expect-error an object is no condition
    void maybe.wait({ id: 5 });
    // @ts-expect-error nor in a list
    void maybe.wait([{ id: 5 }]);
    // @ts-expect-error a Date is no condition
    void new Barrier<Date>(new Date()).wait(new Date());
  });

  it('refuses tests of other tickets, and tests that return no boolean', () => {
    // @ts-expect-error states are no numbers
    void gate.wait((ticket: number) => ticket > 0);
    // @ts-expect-error no boolean
    void gate.wait(() => 'yes');
    // @ts-expect-error a promise is always truthy
    void gate.wait(async () => true);
    void gate.wait(
      // @ts-expect-error a promise is always truthy
      async () => true,
      () => {},
    );
  });

  it('refuses arguments in the wrong place, and unknown options', () => {
    // @ts-expect-error the promise form has options, no number
    void gate.wait('open', 5000);
    // @ts-expect-error the callback comes before the timeout
    gate.wait('open', 5000, () => {});
    // @ts-expect-error no such option
    void gate.wait('open', { timout: 5 });
    // @ts-expect-error all waiters for a ticket leave together
    void gate.wait('open', { priority: 1 });
    // @ts-expect-error all waiters for a ticket leave together
    gate.wait('open', () => {}, { priority: 1 });
    // @ts-expect-error a timeout is no null
    void gate.wait('open', { timeout: null });
    // @ts-expect-error the condition comes first
    void gate.wait(() => {}, 'open');
  });
});

describe('Condition', () => {
  it('is a scalar, a list, a RegExp or a function', () => {
    expectTypeOf<'open'>().toExtend<Condition<State>>();
    expectTypeOf<readonly State[]>().toExtend<Condition<State>>();
    expectTypeOf<RegExp>().toExtend<Condition<State>>();
    expectTypeOf<(ticket: State) => boolean>().toExtend<Condition<State>>();
    expectTypeOf<Date>().not.toExtend<Condition<Date>>();
    expectTypeOf<'wide'>().not.toExtend<Condition<State>>();
    expectTypeOf<undefined>().not.toExtend<Condition<undefined>>();
    expectTypeOf<Scalar>().toEqualTypeOf<string | number | boolean | bigint | symbol | null>();
  });

  it('comes with the options of every wait without an order', () => {
    expectTypeOf(gate.wait<'open'>)
      .parameter(1)
      .toEqualTypeOf<GiveUpOptions | undefined>();
    expectTypeOf<{ timeout: number; signal: AbortSignal | null }>().toExtend<GiveUpOptions>();
    expectTypeOf<GiveUpOptions>().not.toHaveProperty('priority');
  });
});
