import { InvalidStateError, TimeoutError } from '@valvekit/core';
import { describe, expect, it, vi } from 'vitest';
import { type FencedLease, StoreError } from '../src/index.ts';
import { bare } from '../src/store-error.ts';
import { Network, reasonOf, silence } from './family-under-test.ts';

describe('close', () => {
  it('ends waits, tells holders, and waits for them', async () => {
    const network = new Network();
    const { family } = network.process();
    const held = await family.mutex('a').acquire();
    const waiting = reasonOf(family.mutex('a').acquire());
    const trying = reasonOf(family.mutex('b').tryAcquire());
    let isClosed = false;
    const closed = family.close().then(() => (isClosed = true));
    expect(await waiting).toBeInstanceOf(InvalidStateError);
    expect(await trying).toBeInstanceOf(InvalidStateError);
    expect(held.signal.reason).toMatchObject({ why: 'closed' });
    expect(() => held.check()).toThrow(/closed/);
    await network.pass(10_000);
    expect(isClosed).toBe(false);
    await held.release();
    await closed;
    for (const call of [family.mutex('a').acquire(), family.mutex('a').tryAcquire(), family.mutex('a').state()]) {
      expect(await reasonOf(call)).toBeInstanceOf(InvalidStateError);
    }
    await Promise.all([family.close(), family.close({ timeout: 1 })]);
  });

  it('does not wait for longer than its timeout, and lets holds end', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const held = await one.family.mutex('a').acquire();
    const { signal } = held;
    const closed = one.family.close({ timeout: 500 });
    await network.pass(600);
    await closed;
    expect(signal.reason).toMatchObject({ why: 'closed' });
    const next = two.family.mutex('a').acquire();
    await network.pass(3200);
    await (await next).release();
    await reasonOf(held.release());
  });

  it.each(['tryAcquire', 'acquire'] as const)('does not wait for an %s that the server has refused', async (verb) => {
    const network = new Network();
    const { family, store } = network.process();
    store.onCommand = () => {
      throw new StoreError('no rights');
    };
    expect(await reasonOf(family.mutex('a')[verb]())).toBeInstanceOf(StoreError);
    let isClosed = false;
    void family.close().then(() => (isClosed = true));
    await network.settle();
    expect(isClosed).toBe(true);
  });

  it('tries only once to give back the places of waiters', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const held = await one.family.mutex('a').acquire();
    const { store, family } = two;
    let releases = 0;
    store.onCommand = (operation) => {
      if (operation !== 'release') return;
      releases++;
      throw new Error('network');
    };
    const first = reasonOf(family.mutex('a').acquire({ timeout: 100 }));
    await network.pass(150);
    expect([(await first) instanceof TimeoutError, releases]).toEqual([true, 1]);
    const second = reasonOf(family.mutex('a').acquire());
    await network.settle();
    let isClosed = false;
    void family.close().then(() => (isClosed = true));
    await network.pass(250);
    expect([isClosed, releases]).toEqual([true, 3]);
    expect(await second).toBeInstanceOf(InvalidStateError);
    await held.release();
  });

  it('loses a hold of a closed family to another for the reason of the loss', async () => {
    const network = new Network();
    const { family, store } = network.process();
    const held = await family.mutex('a').acquire();
    const closed = family.close();
    store.onCommand = silence;
    await network.pass(2200);
    store.onCommand = () => {};
    expect(await reasonOf(held.release())).toMatchObject({ why: 'silent' });
    await closed;
  });

  it('may be called by a listener to a signal that it aborts', async () => {
    const network = new Network();
    const { family } = network.process();
    const held = await family.mutex('a').acquire();
    let inner: Promise<void> | undefined;
    held.signal.addEventListener('abort', () => {
      inner = family.close();
      void held.release();
    });
    await family.close();
    await inner;
  });

  it('refuses what a listener to a signal that it aborts asks for', async () => {
    const network = new Network();
    const { family } = network.process();
    const held = await family.mutex('a').acquire();
    let again: Promise<unknown> | undefined;
    held.signal.addEventListener('abort', () => {
      again = reasonOf(family.mutex('a').acquire());
      void held.release();
    });
    await family.close();
    expect(await again).toBeInstanceOf(InvalidStateError);
  });

  it('hands nothing over when a listener releases another hold', async () => {
    const network = new Network();
    const { family } = network.process();
    const [first, second] = [await family.mutex('a').acquire(), await family.mutex('b').acquire()];
    const waiting = reasonOf(family.mutex('b').acquire());
    await network.settle();
    first.signal.addEventListener('abort', () => {
      void first.release();
      void second.release();
    });
    await family.close();
    expect(await waiting).toBeInstanceOf(InvalidStateError);
  });

  it('renews no more after its timeout, even if a renewal was under way', async () => {
    const network = new Network();
    const { family, store } = network.process();
    await family.mutex('a').acquire();
    let answer = (): void => {};
    store.onAnswer = () => new Promise((resolve) => (answer = resolve));
    await network.pass(1100);
    const closed = family.close({ timeout: 0 });
    store.onAnswer = () => {};
    answer();
    await closed;
    await network.pass(5000);
    expect((await network.process().family.mutex('a').state()).holders).toEqual([]);
  });

  it('ends what the store has made, also if nobody has waited', async () => {
    const network = new Network();
    const { family, store } = network.process();
    const end = vi.fn();
    Object.assign(store, { end });
    await (await family.mutex('a').tryAcquire())?.release();
    expect(end).not.toHaveBeenCalled();
    await family.close();
    expect(end).toHaveBeenCalledOnce();
  });

  it('checks its options', async () => {
    const { family } = new Network().process();
    await expect(family.close({ timeout: Number.NaN })).rejects.toThrow(/timeout.*NaN/);
    await expect(family.close(5 as never)).rejects.toThrow(/options.*5/);
    await (await family.mutex('a').acquire()).release();
  });

  it('that is called again waits for no longer than the shortest timeout', async () => {
    const network = new Network();
    const { family } = network.process();
    const held = await family.mutex('a').acquire();
    const ends: string[] = [];
    const patient = family.close().then(() => ends.push('patient'));
    const brief = family.close({ timeout: 500 }).then(() => ends.push('brief'));
    const long = family.close({ timeout: 10_000 }).then(() => ends.push('long'));
    await network.pass(400);
    expect(ends).toEqual([]);
    await network.pass(200);
    await Promise.all([patient, brief, long]);
    expect([ends.sort(), vi.getTimerCount()]).toEqual([['brief', 'long', 'patient'], 0]);
    await family.close();
    await held.release();
  });

  it('that is called again with nothing to wait for ends at once', async () => {
    const network = new Network();
    const { family } = network.process();
    const held = await family.mutex('a').acquire();
    const first = family.close();
    await family.close({ timeout: 0 });
    await first;
    await held.release();
  });
});

describe('state', () => {
  it('shows holders and waiters', async () => {
    const network = new Network();
    const [one, two] = [network.process({ label: 'one' }), network.process()];
    const lock = one.family.readWriteLock('l');
    const lease = await lock.write.acquire();
    const waiting = two.family.readWriteLock('l').read.acquire();
    await network.settle();
    const { holders, waiting: count } = await lock.read.state();
    expect(holders).toEqual([
      {
        label: 'one',
        permits: Number.POSITIVE_INFINITY,
        token: lease.token,
        since: expect.any(Date),
        until: expect.any(Date),
      },
    ]);
    expect(count).toBe(1);
    await lease.release();
    const reading = await waiting;
    expect((await lock.read.state()).holders).toMatchObject([{ permits: 1 }]);
    expect((await lock.read.state()).holders[0]).not.toHaveProperty('label');
    await reading.release();
  });

  it('rejects with a StoreError', async () => {
    const { family, store } = new Network().process();
    store.onCommand = () => {
      throw new StoreError('no rights');
    };
    expect(await reasonOf(family.mutex('a').state())).toBeInstanceOf(StoreError);
    store.onCommand = () => {
      throw 'text';
    };
    expect(await reasonOf(family.mutex('a').state())).toMatchObject({ cause: { name: 'Error', message: 'text' } });
  });
});

describe('downgrade', () => {
  it('keeps the token, and lets readers in', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const writing = await one.family.readWriteLock('l').write.acquire();
    const reader = two.family.readWriteLock('l').read.acquire();
    await network.settle();
    const reading = await writing.downgrade();
    await (await reader).release();
    expect([writing.released, reading.released, reading.token]).toEqual([true, false, writing.token]);
    await writing.release();
    expect(await reasonOf(writing.downgrade())).toBeInstanceOf(InvalidStateError);
    await reading.release();
  });

  it('is repeated while the network fails, until the hold is lost', async () => {
    const network = new Network();
    const { family, store } = network.process();
    const [one, two] = [
      await family.readWriteLock('l').write.acquire(),
      await family.readWriteLock('m').write.acquire(),
    ];
    store.onCommand = () => {
      throw new Error('network');
    };
    const first = one.downgrade();
    await network.pass(500);
    store.onCommand = () => {};
    await network.pass(500);
    await (await first).release();
    store.onCommand = silence;
    const second = reasonOf(two.downgrade());
    await network.pass(4000);
    expect(await second).toMatchObject({ why: 'silent' });
  });

  it('tells when the hold is not known, or the server refuses', async () => {
    const network = new Network();
    const { family, store } = network.process();
    const [one, two] = [
      await family.readWriteLock('l').write.acquire(),
      await family.readWriteLock('m').write.acquire(),
    ];
    network.server.lock({ kind: 'lock', name: 'l' }).forget();
    expect(await reasonOf(one.downgrade())).toMatchObject({ why: 'taken' });
    store.onCommand = (operation) => {
      if (operation === 'resize') throw new StoreError('no rights');
    };
    expect(await reasonOf(two.downgrade())).toBeInstanceOf(StoreError);
  });
});

describe('a sandbox whose function downgrades', () => {
  it('releases the reader, however the function ends', async () => {
    const network = new Network();
    const { write } = network.process().family.readWriteLock('l');
    const leases: FencedLease[] = [];
    await write.sandbox(async (lease) => void leases.push(await lease.downgrade()));
    const failed = write.sandbox(async (lease) => {
      leases.push(await lease.downgrade());
      throw new Error('why');
    });
    expect(await reasonOf(failed)).toMatchObject({ message: 'why' });
    await write.sandbox(async (lease) => {
      const reading = await lease.downgrade();
      await reading.release();
      leases.push(reading);
    });
    // Nor does it leave behind what is not awaited.
    await write.sandbox((lease) => void lease.downgrade());
    expect(leases.map(({ released }) => released)).toEqual([true, true, true]);
    expect((await write.state()).holders).toEqual([]);
  });

  it('rejects if the hold was lost, as a reader or on the way', async () => {
    const network = new Network();
    const { write } = network.process().family.readWriteLock('l');
    const stored = network.server.lock({ kind: 'lock', name: 'l' });
    const outcome = write.sandbox(async (lease) => {
      const { token } = await lease.downgrade();
      stored.lose(token);
      await network.settle();
    });
    expect(await reasonOf(outcome)).toMatchObject({ why: 'taken' });
    const other = write.sandbox((lease) => {
      stored.forget();
      lease.downgrade().catch(() => {});
    });
    expect(await reasonOf(other)).toMatchObject({ why: 'taken' });
  });
});

it('names the lock where the store refuses something', async () => {
  const network = new Network();
  const { family, store } = network.process();
  const lock = family.readWriteLock('l');
  const leases = [await lock.write.acquire(), await family.readWriteLock('m').write.acquire()] as const;
  const cause = new Error('NOPERM');
  store.onCommand = (operation) => {
    throw new StoreError(`no right to ${operation}`, { cause });
  };
  const errors = [
    lock.read.acquire(),
    family.mutex('a').tryAcquire(),
    lock.read.state(),
    leases[0].release(),
    leases[1].downgrade(),
  ].map(reasonOf);
  expect((await Promise.all(errors)).map(String)).toEqual([
    'StoreError: ReadWriteLock "l": no right to ask',
    'StoreError: Mutex "a": no right to ask',
    'StoreError: ReadWriteLock "l": no right to state',
    'StoreError: ReadWriteLock "l": no right to release',
    'StoreError: ReadWriteLock "m": no right to resize',
  ]);
  for (const error of await Promise.all(errors)) expect(error).toMatchObject({ cause });
});

describe('listening', () => {
  it('that the server refuses is told to the waiter', async () => {
    const { family, store } = new Network().process();
    store.onCommand = (operation) => {
      if (operation === 'listen') throw new StoreError('no rights');
    };
    expect(await reasonOf(family.mutex('a').acquire())).toBeInstanceOf(StoreError);
  });

  it('is begun again when the connection for it has ended for good', async () => {
    const network = new Network();
    const { two, held, waiting } = await network.contended();
    let listens = 0;
    two.store.onCommand = (operation) => void (operation === 'listen' && listens++);
    network.server.ignore(two.store.client);
    two.store.down();
    await network.settle();
    await held.release();
    await (await waiting).release();
    expect(listens).toBe(1);
  });

  it('that fails while the family is closed is nobody’s error', async () => {
    const network = new Network();
    const { family, store } = network.process();
    let fail: (error: Error) => void = () => {};
    store.onCommand = () => new Promise((_, reject) => (fail = reject));
    const waiting = reasonOf(family.mutex('a').acquire());
    await network.settle();
    const closed = family.close({ timeout: 10 });
    await network.pass(50);
    fail(new Error('network'));
    await closed;
    expect(await waiting).toBeInstanceOf(InvalidStateError);
    await network.settle();
  });

  it('that nobody ends does not keep close() from its end', async () => {
    const network = new Network();
    const { family, store } = network.process();
    vi.spyOn(store, 'listen').mockResolvedValue(() => new Promise(() => {}));
    await (await family.mutex('a').acquire()).release();
    const closed = family.close();
    await network.pass(1100);
    await closed;
  });

  it('ends after the family was closed, also if that fails', async () => {
    const network = new Network();
    const { family, store } = network.process();
    let answer: () => void = () => {};
    store.onAnswer = () => new Promise((resolve) => (answer = resolve));
    const waiting = reasonOf(family.mutex('a').acquire());
    await network.settle();
    const end = vi.fn();
    Object.assign(store, { end });
    const closed = family.close({ timeout: 10 });
    await network.pass(50);
    await closed;
    expect([end.mock.calls.length, network.server.hears('1:1')]).toEqual([1, true]);
    answer();
    await network.settle();
    expect(network.server.hears('1:1')).toBe(false);
    expect(await waiting).toBeInstanceOf(InvalidStateError);
    const other = network.process();
    await other.family.mutex('b').sandbox(() => {});
    vi.spyOn(network.server, 'ignore').mockImplementation(() => {
      throw new Error('network');
    });
    await other.family.close();
  });
});

it('keeps only the name, the message and the code of an error', () => {
  const error = Object.assign(new TypeError('why'), { command: { args: ['secret'] } });
  expect(Object.getOwnPropertyNames(bare(error)).sort()).toEqual(['message', 'name', 'stack']);
  expect(bare(error)).toMatchObject({ name: 'TypeError', message: 'why' });
  expect(bare(Object.assign(error, { code: '40001' }))).toMatchObject({ code: '40001' });
  expect(Object.keys(bare(error))).toEqual([]);
});
