import { ASemaphore, createASemaphore, type Fire, type GiveUpOptions } from '@valvekit/asemaphore';
import { describe, expectTypeOf, it } from 'vitest';

const all = new ASemaphore();

describe('ASemaphore', () => {
  it('takes a function, a count, or a count and a function, and then options', () => {
    new ASemaphore(() => {});
    new ASemaphore(3);
    new ASemaphore(3, () => {});
    new ASemaphore(function (...args) {
      expectTypeOf(this).toEqualTypeOf<ASemaphore>();
      expectTypeOf(args).toEqualTypeOf<unknown[]>();
    });
    expectTypeOf<Fire>().toEqualTypeOf<(this: ASemaphore, ...args: unknown[]) => void>();
    expectTypeOf(createASemaphore(1, () => {})).toEqualTypeOf<ASemaphore>();
    expectTypeOf(createASemaphore(() => {})).toEqualTypeOf<ASemaphore>();
    new ASemaphore(() => {}, { name: 'jobs' });
    new ASemaphore(undefined, { name: 'jobs' });
    new ASemaphore(3, undefined, { name: undefined });
    expectTypeOf(createASemaphore(3, () => {}, { name: 'jobs' }).name).toEqualTypeOf<string | undefined>();
    expectTypeOf(createASemaphore(() => {}, { name: 'jobs' })).toEqualTypeOf<ASemaphore>();
    const fire = undefined as (() => void) | undefined;
    expectTypeOf(createASemaphore(3, undefined, { name: 'jobs' })).toEqualTypeOf<ASemaphore>();
    expectTypeOf(createASemaphore(undefined, { name: 'jobs' })).toEqualTypeOf<ASemaphore>();
    expectTypeOf(createASemaphore(fire, undefined)).toEqualTypeOf<ASemaphore>();
    expectTypeOf(new ASemaphore(fire)).toEqualTypeOf<ASemaphore>();
    // @ts-expect-error options come last
    new ASemaphore({ name: 'jobs' });
    // @ts-expect-error a name is a string
    createASemaphore(3, () => {}, { name: 5 });
    // @ts-expect-error the count comes first
    new ASemaphore(() => {}, 3);
    // @ts-expect-error no count
    new ASemaphore('3');
    // @ts-expect-error the function cannot know its arguments
    new ASemaphore((name: string) => name);
    // @ts-expect-error the count comes first
    createASemaphore(() => {}, 3);
  });

  it('counts in numbers', () => {
    expectTypeOf(all.v()).toEqualTypeOf<number>();
    expectTypeOf(all.v(2)).toEqualTypeOf<number>();
    expectTypeOf(all.p()).toEqualTypeOf<number>();
    expectTypeOf(all.p).parameters.toEqualTypeOf<unknown[]>();
    expectTypeOf(all.count).toEqualTypeOf<number>();
    expectTypeOf(all.waiting).toEqualTypeOf<number>();
    // @ts-expect-error a number
    all.v('2');
    // @ts-expect-error read-only
    all.count = 5;
  });

  it('waits in one form', () => {
    expectTypeOf(all.wait()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(all.wait).parameter(0).toEqualTypeOf<GiveUpOptions | undefined>();
    void all.wait({ timeout: 5, signal: null });
    // @ts-expect-error all wait for the same
    void all.wait({ priority: 1 });
    // @ts-expect-error there is no callback form: that is what the function is for
    void all.wait(() => {});
    // @ts-expect-error a timeout is an option
    void all.wait(5000);
  });
});

describe('wrap', () => {
  it('keeps the parameters of the callback, and drops what it returns', () => {
    const wrapped = all.wrap((name: string, size?: number) => size ?? name.length);
    expectTypeOf(wrapped).toEqualTypeOf<(name: string, size?: number) => void>();
    expectTypeOf(all.wrap(async () => 1)).toEqualTypeOf<() => void>();
    // @ts-expect-error a string
    wrapped(1);
    // @ts-expect-error a callback
    all.wrap();
  });
});

describe('track', () => {
  it('keeps the type of the promise', () => {
    expectTypeOf(all.track(Promise.resolve(1))).toEqualTypeOf<Promise<number>>();
    expectTypeOf(all.track({} as PromiseLike<'a'>)).toEqualTypeOf<Promise<'a'>>();
    // @ts-expect-error no promise
    void all.track(1);
    // @ts-expect-error the promise, not a function that makes it
    void all.track(async () => 1);
  });
});
