import { AsyncLocalStorage } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { acquireAll, type Lease } from '@valvekit/core';
import { type Report, snapshot, watch } from '@valvekit/inspect';
import { LeaseLostError, lead, TabLocks, TimeoutError } from '@valvekit/tabs';
import { FakeBrowser } from '@valvekit-internal/laws/web-locks/fake-browser';
import { recorded } from '@valvekit-internal/laws/web-locks/tab-subjects';
import { describe, expect, it, vi } from 'vitest';
import { TabLease } from '../src/tab-lease.ts';
import { TabLine } from '../src/tab-line.ts';
import { locksOf, twoTabs, within } from './tabs-under-test.ts';

const nameOf = (error: unknown): string => (error as Error).name;

/** A signal that runs code when it is asked for something. */
function foreign(signal: AbortSignal, run: (member: PropertyKey) => void): AbortSignal {
  return new Proxy(signal, {
    get(target, member) {
      run(member);
      const value: unknown = Reflect.get(target, member);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('TabLocks', () => {
  it('says why where there is no navigator.locks', () => {
    expect(() => within(undefined, () => new TabLocks())).toThrow(/navigator\.locks is missing: .*secure context/);
    expect(() => within(undefined, () => new TabLocks(), undefined)).toThrow('navigator.locks is missing');
  });

  it('says why where there is no navigator', () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator') as PropertyDescriptor;
    Object.defineProperty(globalThis, 'navigator', { value: undefined, configurable: true });
    expect(() => new TabLocks()).toThrow('navigator.locks is missing');
    Object.defineProperty(globalThis, 'navigator', before);
  });

  it('refuses the Web Locks of Node.js, unless told otherwise', async () => {
    const tab = new FakeBrowser().tab();
    for (const options of [undefined, {}, { unsafeNode: false }, { unsafeNode: 1 as never }]) {
      expect(() => within(tab, () => new TabLocks(options), 'Node.js/26')).toThrow(
        /Node\.js have been seen to admit two/,
      );
    }
    const locks = within(tab, () => new TabLocks({ unsafeNode: true }), 'Node.js/26');
    expect(await locks.mutex('a').sandbox(() => 'inside')).toBe('inside');
    expect(within(tab, () => new TabLocks(), undefined)).toBeInstanceOf(TabLocks);
  });

  it('refuses bad options', () => {
    const tab = new FakeBrowser().tab();
    const make = (options: unknown) => () => locksOf(tab, options as never);
    expect(make(null)).toThrow(new TypeError('options must be an object, but is null'));
    expect(make({ prefix: 5 })).toThrow(new TypeError('prefix must be a string, but is 5'));
    for (const prefix of ['', 'a b', 'a:b', 'x'.repeat(65), 'ä']) expect(make({ prefix })).toThrow(RangeError);
    expect(make({ prefix: '' })).toThrow('prefix must be of 1 to 64 of A-Z a-z 0-9 . _ -, but is ""');
  });

  it('refuses bad names', () => {
    const { one } = twoTabs();
    for (const make of [
      (name: string) => one.mutex(name),
      (name: string) => one.semaphore(name, 1),
      (name: string) => one.readWriteLock(name),
    ]) {
      expect(() => make(5 as never)).toThrow(new TypeError('name must be a string, but is 5'));
      for (const name of ['', 'a\0', '\uD800', '\uDC00a', 'x'.repeat(513)])
        expect(() => make(name)).toThrow(RangeError);
      for (const name of ['-', ':', 'x'.repeat(512), '\u{1F512}'.repeat(256), 'a\nb'])
        expect(() => make(name)).not.toThrow();
      expect(() => make('\u{1F512}'.repeat(257))).toThrow(RangeError);
    }
  });

  it('refuses bad capacities', () => {
    const { one } = twoTabs();
    for (const capacity of [-1, 1.5, Number.NaN]) expect(() => one.semaphore('a', capacity)).toThrow(RangeError);
    expect(() => one.semaphore('a', '1' as never)).toThrow(TypeError);
  });

  it('keeps kinds, names and prefixes apart', async () => {
    const { one, tabs, browser } = twoTabs();
    const other = locksOf(tabs[0], { prefix: 'other' });
    const locks = [
      one.mutex('a'),
      one.semaphore('a', 1),
      one.semaphore('a:0', 1),
      one.readWriteLock('a').write,
      other.mutex('a'),
      one.mutex('other:a'),
      one.mutex('-'),
    ];
    const leases = await Promise.all(locks.map((lock) => lock.acquire({ timeout: 0 })));
    await browser.settle();
    expect(new Set([...browser.held].map(({ name }) => name)).size).toBe(locks.length);
    for (const lease of leases) await lease.release();
    await browser.settle();
    expect(browser.held.size).toBe(0);
  });

  it('shares no name in the browser between two locks, whatever they are called', async () => {
    const granted: string[] = [];
    const browser = new FakeBrowser();
    const ownerOf = new Map<string, string>();
    for (const prefix of ['valvekit', '0', 'turnstile', 'Mutex']) {
      const tab = recorded(browser.tab(), granted);
      const locks = locksOf(tab, { prefix });
      for (const name of ['a', 'a:0', 'a:1', '0:a', '1:a', '1', ':', 'valvekit:a', '0:valvekit:a', 'Semaphore:0:a']) {
        const all: Record<string, () => Promise<unknown>> = {
          mutex: () => locks.mutex(name).sandbox(() => {}),
          lock: () => locks.readWriteLock(name).write.sandbox(() => {}),
          'one permit': () => locks.semaphore(name, 1).sandbox(() => {}),
          'three permits': () => locks.semaphore(name, 3).sandbox(() => {}, { permits: 3 }),
          // It has no prefix.
          leader: () => within(tab, () => lead(name, () => {})),
        };
        for (const [kind, use] of Object.entries(all)) {
          // Semaphores of the same name are the same, whatever their capacity.
          const owner = `${kind.replace(/^.* permits?/, 'semaphore')} ${name} of ${kind === 'leader' ? 'all' : prefix}`;
          await use();
          for (const full of granted.splice(0)) {
            expect([full, ownerOf.get(full) ?? owner]).toEqual([full, owner]);
            ownerOf.set(full, owner);
          }
        }
      }
    }
    // A mutex; a lock and three permits, each with a turnstile; and a leader.
    expect(ownerOf.size).toBe(10 * (4 * 7 + 1));
  });

  it('counts 512 units of a name, and not characters', async () => {
    const { one } = twoTabs();
    expect(await one.mutex('\u{1F512}'.repeat(256)).sandbox(() => 1)).toBe(1);
  });

  it('has tags, so that frameworks leave its objects alone', async () => {
    const { one } = twoTabs();
    const lease = await one.mutex('a').acquire();
    expect([one, one.mutex('a'), lease].map(String)).toEqual([
      '[object TabLocks]',
      '[object TabLock]',
      '[object Lease]',
    ]);
    expect(String(TabLocks.prototype)).toBe('[object Object]');
    await lease.release();
  });

  it('shares the line of a tab between all that it hands out, and forgets it', async () => {
    const { one, browser, settle } = twoTabs();
    const lease = await one.mutex('a').acquire();
    const order: number[] = [];
    const calls = [0, 1, 2].map((priority) => one.mutex('a').sandbox(() => order.push(priority), { priority }));
    await settle();
    expect([browser.held.size, browser.asked.size]).toEqual([1, 1]);
    await lease.release();
    await Promise.all(calls);
    expect(order).toEqual([2, 1, 0]);
    await settle();
    expect([browser.held.size, browser.asked.size, browser.most]).toEqual([0, 0, 1]);
  });

  it('makes no second line of a name while the arguments of a call are read', async () => {
    const { one, browser } = twoTabs();
    const mutex = one.mutex('a');
    let inner: Promise<unknown> | undefined;
    const options = {
      get timeout(): number {
        inner ??= mutex.acquire();
        return 1e6;
      },
    };
    const outer = mutex.acquire(options);
    const lease = (await inner) as { release(): Promise<void> };
    await browser.settle();
    expect(browser.most).toBe(1);
    await lease.release();
    await (await outer).release();
  });

  it.each(['aborted', 'addEventListener'] as const)(
    'makes no second line while a signal is asked for %s',
    async (member) => {
      const { one, browser, settle } = twoTabs();
      const mutex = one.mutex('a');
      const { signal } = new AbortController();
      let refused: Promise<unknown> | undefined;
      let inner: Promise<Lease> | undefined;
      const outer = mutex.acquire({
        signal: foreign(signal, (asked) => {
          // Not while the options are read.
          if (asked !== member || inner !== undefined || new Error('where').stack?.includes('isSignal')) return;
          refused = mutex.acquire({ signal: AbortSignal.abort('gone') });
          inner = mutex.acquire();
        }),
      });
      await expect(refused).rejects.toBe('gone');
      await settle();
      expect(browser.most).toBe(1);
      const lease = (await inner) as Lease;
      const order: string[] = [];
      const calls = [outer.then((late) => late.release()), mutex.sandbox(() => order.push('next'))];
      await lease.release();
      calls.push(mutex.sandbox(() => order.push('urgent'), { priority: 1 }));
      await Promise.all(calls);
      expect(order).toEqual(['urgent', 'next']);
    },
  );

  it('forgets a line that nobody has joined', async () => {
    const { tabs } = twoTabs();
    const lines = new Map<string, TabLine>();
    const line = new TabLine('Mutex', 'a', { manager: tabs[0], base: 'a', capacity: 1, isSplit: false }, lines, 'a');
    const listening = new Error('no listeners');
    const signal = foreign(new AbortController().signal, (member) => {
      expect(lines.get('a')).toBe(line);
      if (member === 'addEventListener') throw listening;
    });
    const terms = { timeout: 1e6, priority: 0 };
    await expect(line.enter('acquire', 1, { ...terms, signal })).rejects.toBe(listening);
    await expect(line.enter('acquire', 1, { ...terms, signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
    expect(lines.size).toBe(0);
  });

  it('gives a grant to one caller, even if a signal asks for the lock while it is given', async () => {
    const { one, two, browser, settle } = twoTabs();
    const mutex = one.mutex('a');
    const holder = await two.mutex('a').acquire();
    const { signal } = new AbortController();
    let inner: Promise<Lease> | undefined;
    let isReleased = false;
    const outer = mutex.acquire({
      signal: foreign(signal, () => {
        if (!isReleased) return;
        isReleased = false;
        inner = mutex.acquire({ priority: 1 });
      }),
    });
    await settle();
    isReleased = true;
    await holder.release();
    await settle();
    const urgent = (await inner) as Lease;
    await urgent.release();
    await (await outer).release();
    await settle();
    expect(browser.held.size).toBe(0);
  });

  it('gives the grant of the browser to whoever is first by then', async () => {
    const { one, two, settle } = twoTabs();
    const holder = await two.mutex('a').acquire();
    const controller = new AbortController();
    const first = expect(one.mutex('a').acquire({ signal: controller.signal })).rejects.toBe('gone');
    await settle();
    const second = one.mutex('a').sandbox(() => 'second');
    const urgent = one.mutex('a').sandbox(() => 'urgent', { priority: 1 });
    await holder.release();
    controller.abort('gone');
    expect(await Promise.race([second, urgent])).toBe('urgent');
    expect(await second).toBe('second');
    await first;
  });

  it('runs a sandbox in the async context of its caller', async () => {
    const { one } = twoTabs();
    const context = new AsyncLocalStorage<number>();
    const seen = [1, 2].map((who) => context.run(who, () => one.mutex('a').sandbox(() => context.getStore())));
    expect(await Promise.all(seen)).toEqual([1, 2]);
  });

  it('is refused by acquireAll, and can be watched', async () => {
    const { one } = twoTabs();
    await expect(acquireAll([one.mutex('a') as never])).rejects.toThrow(TypeError);
    using _watching = watch(one, { name: 'mine' });
    const lease = await one.mutex('a').acquire();
    const waiting = one.mutex('a').sandbox(() => snapshot().map(({ kind, verb }) => `${kind} ${verb}`));
    await Promise.resolve();
    expect(snapshot().map(({ kind }) => kind)).toEqual(['hold', 'wait']);
    await lease.release();
    expect(await waiting).toEqual(['hold sandbox']);
    expect(snapshot()).toEqual([]);
  });

  it('shows no hold that another script has stolen', async () => {
    const { one, browser } = twoTabs();
    using _watching = watch(one);
    const holder = one.mutex('a').sandbox(async ({ signal }) => {
      const lost = new Promise((resolve) => signal.addEventListener('abort', resolve));
      void browser.tab().request('Mutex:valvekit:a', { steal: true }, () => {});
      expect(snapshot()).toHaveLength(1);
      await lost;
      expect(snapshot()).toEqual([]);
    });
    await expect(holder).rejects.toThrow(LeaseLostError);
  });

  it('shows no deadlock of a semaphore whose permits other tabs hold', async () => {
    const { one, two, settle } = twoTabs();
    const view = one.semaphore('api', 3);
    const reports: unknown[] = [];
    using _watching = watch(view, { onReport: (report) => void reports.push(report) });
    const others = await two.semaphore('api', 3).acquire({ permits: 2 });
    const nested = view.sandbox(() => view.sandbox(() => 'inner'));
    await settle();
    await others.release();
    expect([await nested, reports]).toEqual(['inner', []]);
  });

  it('gives the lock back if nobody waits any more when it is granted', async () => {
    const { one, two, browser, settle } = twoTabs();
    const controller = new AbortController();
    const waiting = one.mutex('a').acquire({ signal: controller.signal });
    controller.abort('gone');
    await expect(waiting).rejects.toBe('gone');
    await settle();
    expect(browser.held.size).toBe(0);
    const lease = await two.mutex('a').tryAcquire();
    expect(lease?.released).toBe(false);
  });

  it('rejects all who wait with what the browser refuses the request with', async () => {
    const error = new DOMException('No locks for you', 'SecurityError');
    const locks = locksOf({ request: () => Promise.reject(error) } as never);
    const calls = [locks.mutex('a').acquire(), locks.mutex('a').sandbox(() => 1), locks.mutex('a').tryAcquire()];
    expect(await Promise.allSettled(calls)).toEqual(calls.map(() => ({ status: 'rejected', reason: error })));
    for (const lock of [locks.semaphore('a', 1), locks.readWriteLock('a').read]) {
      await expect(lock.acquire()).rejects.toBe(error);
    }
  });

  it('rejects those who wait if a request is refused later', async () => {
    const { one, two, tabs, settle } = twoTabs();
    const holder = await two.semaphore('a', 1).acquire();
    const request = tabs[0].request.bind(tabs[0]);
    const error = new DOMException('gone', 'InvalidStateError');
    tabs[0].request = ((name: string, options: LockOptions, callback: never) =>
      name.endsWith('Semaphore:valvekit:a') && !options.ifAvailable
        ? Promise.reject(error)
        : request(name, options, callback)) as never;
    await expect(one.semaphore('a', 1).acquire()).rejects.toBe(error);
    await holder.release();
    await settle();
    expect(await (await two.semaphore('a', 1).acquire({ timeout: 0 })).release()).toBe(undefined);
  });
});

describe('a call that cannot wait', () => {
  it('is decided after the calls before it', async () => {
    const { one } = twoTabs();
    const semaphore = one.semaphore('a', 3);
    const calls = [
      semaphore.acquire(),
      semaphore.tryAcquire(),
      semaphore.acquire({ timeout: 0 }),
      semaphore.tryAcquire(),
    ];
    const leases = await Promise.all(calls);
    expect(leases.map((lease) => lease !== undefined)).toEqual([true, true, true, false]);
  });

  it('succeeds beside readers, and not when a writer waits before it', async () => {
    const { one, two, settle } = twoTabs();
    const { read, write } = one.readWriteLock('a');
    const reader = await two.readWriteLock('a').read.acquire();
    expect(await read.tryAcquire()).toBeDefined();
    // A try to write before a try to read: only the first fails.
    const [writer, beside] = await Promise.all([write.tryAcquire(), read.tryAcquire()]);
    expect([writer, beside !== undefined]).toEqual([undefined, true]);
    const waiting = write.acquire({ timeout: 1e6 }).catch(nameOf);
    await settle();
    expect(await read.tryAcquire()).toBe(undefined);
    const error: Error = await read.acquire({ timeout: -1 }).then(
      () => new Error('granted'),
      (reason: Error) => reason,
    );
    expect([error instanceof TimeoutError, error.message]).toEqual([
      true,
      'ReadWriteLock "a": read.acquire() timed out after -1 ms',
    ]);
    void waiting;
    void reader;
  });

  it('goes before a waiter of lower priority', async () => {
    const { one, two, settle } = twoTabs();
    const { read, write } = one.readWriteLock('a');
    const reader = await two.readWriteLock('a').read.acquire();
    const writer = write.acquire({ priority: -1 });
    await settle();
    const lease = await read.tryAcquire();
    expect(lease).toBeDefined();
    await lease?.release();
    await reader.release();
    expect((await writer).released).toBe(false);
  });

  it('fails at capacity 0, where all others wait', async () => {
    const { one, browser, settle } = twoTabs();
    const semaphore = one.semaphore('a', 0);
    const controller = new AbortController();
    const waiting = semaphore.acquire({ permits: 5, signal: controller.signal });
    expect(await semaphore.tryAcquire()).toBe(undefined);
    await settle();
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    await settle();
    expect([browser.held.size, browser.asked.size]).toEqual([0, 0]);
  });

  it('succeeds at capacity Infinity', async () => {
    const { one, two } = twoTabs();
    const locks = [one, two].map((locks) => locks.semaphore('a', Number.POSITIVE_INFINITY));
    for (let i = 0; i < 20; i++) expect(await locks[i % 2]?.tryAcquire()).toBeDefined();
    expect(await locks[0]?.acquire({ permits: 7, timeout: 0 })).toBeDefined();
  });

  it('refuses bad options', async () => {
    const { one } = twoTabs();
    await expect(one.mutex('a').tryAcquire(null as never)).rejects.toThrow('options must be an object, but is null');
    await expect(one.mutex('a').tryAcquire({ signal: 5 as never })).rejects.toThrow('signal must be an AbortSignal');
  });
});

describe('a semaphore', () => {
  it('lets the first waiter have what is there when a larger one before it gives up', async () => {
    const { one, two, settle } = twoTabs();
    const [holder, second] = [await two.semaphore('a', 3).acquire(), await two.semaphore('a', 3).acquire()];
    const controller = new AbortController();
    const all = one.semaphore('a', 3).acquire({ permits: 3, signal: controller.signal });
    const small = one.semaphore('a', 3).acquire();
    await settle();
    expect(await two.semaphore('a', 3).tryAcquire()).toBe(undefined);
    controller.abort('too long');
    await expect(all).rejects.toBe('too long');
    expect((await small).released).toBe(false);
    await holder.release();
    await second.release();
    expect(await two.semaphore('a', 3).tryAcquire()).toBeDefined();
  });

  it('gives an urgent waiter what has been collected for a larger one', async () => {
    const { one, two, settle } = twoTabs();
    const holder = await two.semaphore('a', 3).acquire();
    const all = one.semaphore('a', 3).acquire({ permits: 3 });
    await settle();
    const urgent = await one.semaphore('a', 3).acquire({ priority: 1 });
    await urgent.release();
    await holder.release();
    expect((await all).released).toBe(false);
  });

  it('gives back what it gets too much of', async () => {
    const browser = new FakeBrowser(true);
    const [one, two] = [locksOf(browser.tab()), locksOf(browser.tab())];
    const all = await two.semaphore('a', 3).acquire({ permits: 3 });
    const waiting = one.semaphore('a', 3).acquire();
    await browser.settle();
    await all.release();
    await waiting;
    await browser.settle();
    expect(browser.held.size).toBe(1);
    expect(await two.semaphore('a', 3).acquire({ permits: 2, timeout: 0 })).toBeDefined();
  });

  it('lets as many hold it as the larger capacity says while tabs disagree', async () => {
    for (const capacities of [
      [1, 2],
      [2, 1],
      [1, 3],
      [3, 2],
      [0, 1],
    ] as const) {
      const { one, two } = twoTabs();
      let held = 0;
      for (const [i, locks] of [one, two].entries()) {
        while (await locks.semaphore('a', capacities[i] as number).tryAcquire()) held++;
      }
      expect([capacities, held]).toEqual([capacities, Math.max(...capacities)]);
    }
  });

  it('serves everybody while tabs disagree on its capacity', async () => {
    const { one, two, browser, settle } = twoTabs();
    const three = locksOf(browser.tab());
    const paused = new AbortController();
    const never = three.semaphore('a', 0).acquire({ signal: paused.signal });
    await settle();
    const served: number[] = [];
    const calls = [1, 2, 1, 2, 3, 2, 1].map((capacity, i) =>
      (i % 2 ? one : two).semaphore('a', capacity).sandbox(() => served.push(i), { permits: capacity }),
    );
    await Promise.all(calls);
    expect(served.length).toBe(calls.length);
    paused.abort('enough');
    await expect(never).rejects.toBe('enough');
  });

  it('of one permit costs one request while it is free, and nobody overtakes in its line', async () => {
    const { one, two, browser, settle } = twoTabs();
    const lease = await one.semaphore('a', 1).acquire();
    expect([browser.requests, [...browser.held].length]).toEqual([1, 1]);
    const order: string[] = [];
    const calls: Promise<unknown>[] = [];
    for (const [name, locks] of Object.entries({ two, one })) {
      calls.push(locks.semaphore('a', 1).sandbox(() => order.push(name)));
      await settle();
    }
    expect(await two.semaphore('a', 1).tryAcquire()).toBe(undefined);
    await lease.release();
    await Promise.all(calls);
    expect(order).toEqual(['two', 'one']);
  });

  it('does not let two large requests of two tabs block each other', async () => {
    const { one, two } = twoTabs();
    let inside = 0;
    const enter = async (): Promise<void> => {
      expect(++inside).toBe(1);
      await Promise.resolve();
      inside--;
    };
    const calls = [one, two, one, two, one, two].map((locks) => locks.semaphore('a', 3).sandbox(enter, { permits: 2 }));
    await Promise.all(calls);
  });
});

describe('a lease', () => {
  it('is reported if it is lost, and stays held', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const { one, two, browser } = twoTabs();
    const reports: Report[] = [];
    using _watching = watch(one, { onReport: (report) => void reports.push(report) });
    await (async () => {
      await one.mutex('a').acquire();
      await one.semaphore('b', 3).acquire({ permits: 2 });
      (await one.readWriteLock('c').read.acquire()).signal.addEventListener('abort', () => {});
      await one.mutex('d').tryAcquire();
    })();
    await vi.waitFor(() => {
      gc();
      expect(reports.map(({ kind, entries }) => `${kind} ${entries[0]?.lock}`).sort()).toEqual([
        'lost-guard Mutex "a"',
        'lost-guard Mutex "d"',
        'lost-guard ReadWriteLock "c"',
        'lost-guard Semaphore "b"',
      ]);
    }, 30_000);
    await browser.settle();
    expect(browser.held.size).toBe(5);
    expect(await two.mutex('a').tryAcquire()).toBe(undefined);
  });

  it('tells of a theft by its signal, whenever that is asked for', async () => {
    const { one, browser, settle } = twoTabs();
    const [early, late] = [await one.mutex('a').acquire(), await one.mutex('b').acquire()];
    const { signal } = early;
    for (const name of ['a', 'b']) void browser.tab().request(`Mutex:valvekit:${name}`, { steal: true }, () => {});
    await settle();
    for (const each of [signal, late.signal]) {
      expect(each.aborted).toBe(true);
      const error = each.reason as LeaseLostError;
      expect([error instanceof LeaseLostError, error.why, error.token]).toEqual([true, 'stolen', undefined]);
    }
    expect(signal.reason.message).toBe('The lease of "a" was lost: another script took it');
    await expect(early.release()).rejects.toBe(signal.reason);
    await expect(late.release()).rejects.toBe(late.signal.reason);
    expect(await one.mutex('a').tryAcquire()).toBeDefined();
  });

  it('rejects a release that meets a theft', async () => {
    // A browser that hears of the release after the theft.
    const request = (_name: string, _options: unknown, grant: (lock: object) => Promise<void>): Promise<void> =>
      Promise.resolve({})
        .then(grant)
        .then(() => Promise.reject(new DOMException('stolen', 'AbortError')));
    const mutex = locksOf({ request } as never).mutex('a');
    const lease = await mutex.acquire();
    const released = lease.release();
    await expect(released).rejects.toThrow(LeaseLostError);
    expect([lease.signal.aborted, lease.release()]).toEqual([false, released]);
    expect(await mutex.tryAcquire()).toBeDefined();
  });

  it('of several permits is lost once, with the first of them', async () => {
    const { one, browser, settle } = twoTabs();
    const lease = await one.semaphore('a', 2).acquire({ permits: 2 });
    let aborts = 0;
    lease.signal.addEventListener('abort', () => aborts++);
    for (const place of [0, 1]) void browser.tab().request(`${place}:Semaphore:valvekit:a`, { steal: true }, () => {});
    await settle();
    expect(aborts).toBe(1);
    await expect(lease.release()).rejects.toThrow(LeaseLostError);
    expect(await one.semaphore('a', 2).acquire({ permits: 2, timeout: 0 })).toBeDefined();
  });

  it('is disposable', async () => {
    const { one } = twoTabs();
    const lease = await one.mutex('a').acquire();
    await lease[Symbol.asyncDispose]();
    expect(lease.released).toBe(true);
    // What a console shows.
    expect(lease.constructor.name).toBe('TabLease');
  });

  it('is disposable where the runtime has no Symbol.asyncDispose yet', () => {
    const symbol = Symbol;
    const older = (description?: string): symbol => symbol(description);
    for (const name of Object.getOwnPropertyNames(symbol)) {
      if (name === 'asyncDispose' || name in older) continue;
      Object.defineProperty(older, name, { value: Reflect.get(symbol, name) });
    }
    globalThis.Symbol = older as SymbolConstructor;
    try {
      const lease = new TabLease({} as never, { locks: [] } as never);
      expect(Reflect.get(lease, symbol.for('Symbol.asyncDispose'))).toBeTypeOf('function');
    } finally {
      globalThis.Symbol = symbol;
    }
  });
});
