import { TimeoutError } from '@valvekit/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { StoreError } from '../src/index.ts';
import { Lanes } from '../src/lanes.ts';
import { Network, reasonOf, silence } from './family-under-test.ts';

const id = { kind: 'mutex', name: 'a' } as const;

describe('within a process', () => {
  it('hands a hold over without asking, and then lets others have their turn', async () => {
    const network = new Network();
    const [one, two] = [network.process({ passes: 2 }), network.process()];
    const commands: string[] = [];
    const first = await one.family.mutex('a').acquire();
    one.store.onCommand = (operation) => void commands.push(operation);
    const order: string[] = [];
    const waits = [1, 2, 3, 4].map((n) =>
      one.family.mutex('a').sandbox(({ token }) => void order.push(`${n} ${token > 0}`)),
    );
    await network.settle();
    const other = two.family.mutex('a').sandbox(() => void order.push('other'));
    await network.settle();
    await first.release();
    await Promise.all([...waits, other]);
    expect(order).toEqual(['1 true', '2 true', 'other', '3 true', '4 true']);
    expect(commands.length).toBeLessThan(8);
  });

  it('gives a lock up after all its hand-overs, which together cost three commands', async () => {
    const network = new Network();
    const [one, two] = [network.process({ passes: 3 }), network.process({ passes: 3 })];
    const order: string[] = [];
    let commands = 0;
    for (const { store } of [one, two]) store.onCommand = (operation) => void (operation === 'listen' || commands++);
    const contend = async ({ family }: typeof one, name: string): Promise<void> => {
      for (let i = 0; i < 10; i++) await family.mutex('a').sandbox(() => void order.push(name));
    };
    const both = [one, two].map((each, i) => Array.from({ length: 4 }, () => contend(each, i === 0 ? 'a' : 'b')));
    await Promise.all(both.flat());
    expect(order).toHaveLength(80);
    const runs = order.join('').match(/a+|b+/g) ?? [];
    // Each run but the last ones is of four: one grant and three hand-overs.
    expect(runs.filter((run) => run.length !== 4).length).toBeLessThanOrEqual(2);
    expect(commands).toBeLessThanOrEqual(3 * runs.length + 6);
  });

  it('gives growing tokens along hand-overs and across processes', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const tokens: number[] = [];
    const take = (each: typeof one) => each.family.mutex('a').sandbox(({ token }) => void tokens.push(token));
    await Promise.all([...Array.from({ length: 40 }, () => take(one)), ...Array.from({ length: 40 }, () => take(two))]);
    expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
    expect(tokens).toHaveLength(80);
  });

  it('does not hand over what other permits wait for, nor after half a lease', async () => {
    const network = new Network();
    const { family } = network.process();
    const semaphore = family.semaphore('s', 2);
    const one = await semaphore.acquire({ permits: 2 });
    const small = semaphore.acquire();
    await one.release();
    const held = await small;
    await network.pass(2000);
    const waiting = semaphore.acquire({ permits: 2 });
    await network.settle();
    await held.release();
    const old = await waiting;
    await network.pass(2000);
    const next = semaphore.acquire({ permits: 2 });
    await network.settle();
    await old.release();
    await (await next).release();
  });

  it('skips aborted waiters when it hands over, even before their listeners have run', async () => {
    const network = new Network();
    const { family } = network.process();
    const lease = await family.mutex('a').acquire();
    const controller = new AbortController();
    let released: Promise<void> | undefined;
    // Ours is the second listener.
    controller.signal.addEventListener('abort', () => {
      released = lease.release();
    });
    const aborted = family.mutex('a').acquire({ signal: controller.signal });
    const next = family.mutex('a').acquire();
    await network.settle();
    controller.abort('no');
    expect(await reasonOf(aborted)).toBe('no');
    await released;
    await (await next).release();
  });
});

describe('a waiter', () => {
  it('asks once, and again only after a third of a lease', async () => {
    const network = new Network();
    await network.pass(60_000);
    const [one, two] = [network.process({ lease: 30_000 }), network.process({ lease: 6000 })];
    const lease = await one.family.mutex('a').acquire();
    let asks = 0;
    two.store.onCommand = (operation) => void (operation === 'ask' && asks++);
    const waiting = two.family.mutex('a').acquire();
    await network.pass(1900);
    expect(asks).toBe(1);
    await network.pass(200);
    expect(asks).toBe(2);
    await lease.release();
    await (await waiting).release();
  });

  it('is found when its push was lost', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process({ passes: 0 })];
    const lease = await one.family.mutex('a').acquire();
    const waiting = two.family.mutex('a').acquire();
    await network.settle();
    network.server.losePushes = true;
    await lease.release();
    await network.settle();
    network.server.losePushes = false;
    await network.pass(4500);
    await (await waiting).release();
  });

  it('asks again at once when pushes may have been missed', async () => {
    const network = new Network();
    const { two, held: lease, waiting } = await network.contended();
    network.server.losePushes = true;
    await lease.release();
    network.server.losePushes = false;
    two.store.up();
    await network.settle();
    await (await waiting).release();
  });

  it('asks again at once when the store tells it to look', async () => {
    const network = new Network();
    const [one, two] = [network.process({ lease: 30_000 }), network.process({ lease: 30_000 })];
    const lease = await one.family.mutex('a').acquire();
    const commands: string[] = [];
    const waiting = two.family.mutex('a').acquire();
    await network.settle();
    two.store.onCommand = (operation) => void commands.push(operation);
    network.server.push('2:1', { is: 'look', lock: id, id: '2:1' });
    // It may have left in the meantime.
    network.server.push('2:9', { is: 'look', lock: { kind: 'mutex', name: 'b' }, id: '2:9' });
    await network.settle();
    expect(commands).toEqual(['ask']);
    await lease.release();
    await (await waiting).release();
  });

  it('refuses a grant that arrives too late, and goes on waiting', async () => {
    const network = new Network();
    const { family, store } = network.process();
    let answer = (): void => {};
    store.onAnswer = (operation) => (operation === 'ask' ? new Promise((resolve) => (answer = resolve)) : undefined);
    const waiting = family.mutex('a').acquire();
    await network.settle();
    await network.pass(900);
    store.onAnswer = () => {};
    network.server.clock.advance(1500);
    network.server.clock.advance(0);
    const late = network.server.lock(id);
    expect(late.state().holders).toHaveLength(1);
    answer();
    await network.settle();
    await (await waiting).release();
  });

  it('outlives commands that fail or are not answered', async () => {
    const network = new Network();
    const { family, store } = network.process();
    let count = 0;
    store.onCommand = (operation) => {
      if (operation !== 'ask' || ++count > 2) return undefined;
      if (count === 1) throw new Error('network');
      return silence();
    };
    const waiting = family.mutex('a').acquire();
    await network.pass(2500);
    await (await waiting).release();
  });

  it('says when it times out why the store has not answered', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    await (await one.family.mutex('a').acquire()).release();
    const held = await two.family.mutex('a').acquire();
    one.store.onCommand = () => {
      throw new Error('The client is closed');
    };
    const unanswered = reasonOf(one.family.mutex('a').acquire({ timeout: 100 }));
    await network.pass(150);
    const cause = { message: 'Mutex "a": the store did not answer', cause: { message: 'The client is closed' } };
    expect(await unanswered).toMatchObject({ name: 'TimeoutError', cause });
    one.store.onCommand = () => {};
    const answered = reasonOf(one.family.mutex('a').acquire({ timeout: 1000 }));
    await network.pass(1050);
    expect(await answered).not.toHaveProperty('cause');
    await held.release();
  });

  it('goes on waiting after a failure, also when one that failed with it gives up', async () => {
    const network = new Network();
    const { family, store } = network.process({ passes: 0 });
    const controller = new AbortController();
    let asks = 0;
    store.onCommand = (operation) => {
      if (operation === 'ask' && ++asks === 1) throw new Error('network');
    };
    const waiting = family.mutex('a').acquire();
    const leaving = reasonOf(family.mutex('a').acquire({ signal: controller.signal }));
    await network.settle();
    controller.abort('no');
    expect(await leaving).toBe('no');
    expect(asks).toBe(1);
    await network.pass(2500);
    await (await waiting).release();
  });

  it('is told when the server refuses', async () => {
    const network = new Network();
    const { family, store } = network.process();
    store.onCommand = (operation) => {
      if (operation === 'ask') throw new StoreError('no rights');
    };
    expect(await reasonOf(family.mutex('a').acquire())).toBeInstanceOf(StoreError);
    expect(await reasonOf(family.mutex('a').tryAcquire())).toBeInstanceOf(StoreError);
    store.onCommand = () => {
      throw new Error('network');
    };
    const error = await reasonOf(family.mutex('a').tryAcquire());
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({
      name: 'StoreError',
      message: 'Mutex "a": the store did not answer',
      cause: { message: 'network' },
    });
  });

  it('is asked for again after its command came too late', async () => {
    const network = new Network();
    const { family, store } = network.process();
    await family.mutex('a').sandbox(() => {});
    let isLate = true;
    store.onCommand = (operation) => {
      if (operation === 'ask' && isLate) network.server.clock.advance(2000);
      isLate = false;
    };
    await (await family.mutex('a').acquire()).release();
  });

  it('times out in its own process, however long the timeout', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const lease = await one.family.mutex('a').acquire();
    const waiting = reasonOf(two.family.mutex('a').acquire({ timeout: 500 }));
    const long = two.family.mutex('a').acquire({ timeout: 2 ** 31 + 5000 });
    await network.pass(550);
    expect(await waiting).toBeInstanceOf(TimeoutError);
    two.family.mutex('a').cancel();
    expect(await reasonOf(long)).toMatchObject({ name: 'AbortError', message: 'Mutex "a": cancel() ended the wait' });
    await lease.release();
  });

  it('is served by the capacity of the newest caller', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const lease = await one.family.semaphore('s', 4).acquire({ permits: 4 });
    const kept = one.family.semaphore('s', 4).acquire({ priority: -1 });
    const local = reasonOf(one.family.semaphore('s', 4).acquire({ permits: 3 }));
    const other = reasonOf(two.family.semaphore('s', 4).acquire({ permits: 3 }));
    await network.settle();
    const small = one.family.semaphore('s', 2).acquire();
    expect(await local).toMatchObject({
      name: 'RangeError',
      message: 'permits must be at most the capacity, 2, but is 3',
    });
    await network.settle();
    await lease.release();
    expect(await other).toBeInstanceOf(RangeError);
    await (await small).release();
    await (await kept).release();
    expect(await one.family.semaphore('s', 0).tryAcquire()).toBeUndefined();
    const paused = one.family.semaphore('s', 0).acquire({ permits: 9 });
    await network.settle();
    const wide = await two.family.semaphore('s', Number.POSITIVE_INFINITY).acquire();
    await (await paused).release();
    await wide.release();
  });
});

it('lets those behind a waiter in that another process has made impossible', async () => {
  const network = new Network();
  const [one, two] = [network.process(), network.process()];
  const lease = await two.family.semaphore('s', 2).acquire({ permits: 2 });
  const impossible = reasonOf(one.family.semaphore('s', 2).acquire({ permits: 2 }));
  const behind = one.family.semaphore('s', 2).acquire();
  await network.settle();
  expect(await two.family.semaphore('s', 1).tryAcquire()).toBeUndefined();
  await lease.release();
  expect(await impossible).toBeInstanceOf(RangeError);
  await network.settle();
  let isIn = false;
  void behind.then(() => (isIn = true));
  await network.settle();
  expect(isIn).toBe(true);
  await (await behind).release();
});

it('does not let a waiter decide about the capacity when it gets its place at last', async () => {
  const network = new Network();
  const [one, two] = [network.process(), network.process()];
  const old = one.family.semaphore('s', 1);
  const leases = [await old.acquire()];
  const waits = [1, 2, 3].map(() => old.acquire().then((lease) => leases.push(lease)));
  await network.settle();
  await (await two.family.semaphore('s', 3).tryAcquire())?.release();
  await network.settle();
  expect(leases).toHaveLength(3);
  await leases[0]?.release();
  await Promise.all(waits);
  for (const lease of leases.slice(1)) await lease.release();
});

it('tells the capacity of a new request again after its command has failed, or came too late', async () => {
  const network = new Network();
  const [one, two] = [network.process(), network.process()];
  const held = await one.family.semaphore('s', 1).acquire();
  let asks = 0;
  two.store.onCommand = (operation) => {
    if (operation !== 'ask') return;
    asks++;
    if (asks === 1) throw new Error('network');
    if (asks === 3) network.server.clock.advance(1500);
  };
  const first = two.family.semaphore('s', 2).acquire();
  await network.pass(400);
  await first;
  const second = two.family.semaphore('s', 3).acquire();
  await network.settle();
  await second;
  expect(asks).toBe(4);
  for (const lease of [held, await first, await second]) await lease.release();
});

describe('a try', () => {
  it.each([0, 16])('gets what callers on their way leave free, with passes: %s', async (passes) => {
    const network = new Network();
    const { family, store } = network.process({ passes });
    let asks = 0;
    store.onCommand = (operation) => void (operation === 'ask' && asks++);
    const semaphore = family.semaphore('s', 3);
    const { read } = family.readWriteLock('l');
    const all = await Promise.all([
      semaphore.acquire(),
      semaphore.tryAcquire(),
      semaphore.acquire({ timeout: 0 }),
      read.acquire(),
      read.tryAcquire(),
    ]);
    expect(asks).toBe(2);
    for (const lease of all) await lease?.release();
  });

  it('gets nothing that callers on their way take', async () => {
    const network = new Network();
    const { family } = network.process();
    const semaphore = family.semaphore('s', 3);
    const [first, missed, small, last] = await Promise.all([
      semaphore.acquire({ permits: 2 }),
      semaphore.acquire({ permits: 2, timeout: 0 }).catch(() => undefined),
      semaphore.acquire(),
      semaphore.tryAcquire(),
    ]);
    expect([missed, last]).toEqual([undefined, undefined]);
    for (const lease of [first, small]) await lease.release();
  });

  it('goes behind those of its priority on their way, and before lower ones', async () => {
    const network = new Network();
    const { family } = network.process();
    const semaphore = family.semaphore('s', 2);
    const [low, high] = [semaphore.acquire({ priority: -1, permits: 2 }), semaphore.acquire({ priority: 1 })];
    const trying = semaphore.tryAcquire();
    await (await high).release();
    await (await trying)?.release();
    expect(await trying).toBeDefined();
    await (await low).release();
  });

  it('goes before those that came later', async () => {
    const network = new Network();
    const { family } = network.process();
    const trying = family.mutex('a').tryAcquire();
    const waiting = family.mutex('a').acquire();
    await (await trying)?.release();
    await (await waiting).release();
    expect((await waiting).token).toBeGreaterThan((await trying)?.token ?? Number.POSITIVE_INFINITY);
  });

  it('is not asked for behind somebody who waits, has no place, or could not be asked for', async () => {
    const network = new Network();
    const { two, held, waiting } = await network.contended();
    let asks = 0;
    two.store.onCommand = (operation) => void (operation === 'ask' && asks++);
    expect(await two.family.mutex('a').tryAcquire()).toBeUndefined();
    const behind = two.family.mutex('b').acquire();
    const last = two.family.mutex('b').acquire();
    expect(await two.family.mutex('b').tryAcquire()).toBeUndefined();
    await (await behind).release();
    await (await last).release();
    expect(asks).toBeLessThanOrEqual(2);
    two.store.onCommand = (operation) => {
      if (operation === 'ask') throw new Error('network');
    };
    const failed = two.family.mutex('c').acquire();
    await network.settle();
    two.store.onCommand = () => {};
    expect(await two.family.mutex('c').tryAcquire()).toBeUndefined();
    await network.pass(400);
    await (await failed).release();
    await held.release();
    await (await waiting).release();
  });

  it('overtakes only those of a lower priority', async () => {
    const network = new Network();
    const [one, two] = [network.process(), network.process()];
    const held = await one.family.semaphore('s', 2).acquire();
    const large = two.family.semaphore('s', 2).acquire({ permits: 2 });
    const more = two.family.semaphore('s', 2).acquire({ permits: 2, priority: 2 });
    await network.settle();
    const low = reasonOf(two.family.semaphore('s', 2).acquire({ timeout: 0, priority: 1 }));
    expect(await low).toBeInstanceOf(TimeoutError);
    await (await two.family.semaphore('s', 2).acquire({ timeout: 0, priority: 3 })).release();
    await held.release();
    await (await more).release();
    await (await large).release();
  });
});

it.each([0, 1])('hands nothing over beyond the capacity of the newest caller: %s', async (capacity) => {
  const network = new Network();
  const { family } = network.process();
  const leases = await Promise.all([1, 2, 3].map(() => family.semaphore('s', 3).acquire()));
  let entered = 0;
  const waits = [1, 2, 3].map(() => family.semaphore('s', 3).sandbox(() => void entered++));
  await network.settle();
  expect(await family.semaphore('s', capacity).tryAcquire()).toBeUndefined();
  for (const lease of leases.slice(1)) await lease.release();
  await network.settle();
  expect(entered).toBe(0);
  await leases[0]?.release();
  await network.settle();
  expect(entered).toBe(3 * capacity);
  await (await family.semaphore('s', 3).acquire()).release();
  await Promise.all(waits);
});

it('hands over to a reader among readers of whom one was a writer', async () => {
  const network = new Network();
  const { family, store } = network.process();
  const { read, write } = family.readWriteLock('l');
  const reading = await (await write.acquire()).downgrade();
  const other = await read.acquire();
  const waiting = write.acquire();
  await network.settle();
  const behind = read.acquire({ priority: 1 });
  store.onCommand = (operation) => (operation === 'ask' ? new Promise(() => {}) : undefined);
  await other.release();
  store.onCommand = () => {};
  await (await behind).release();
  await reading.release();
  await (await waiting).release();
});

it('gives the place of a waiter that left to the next one of its process, and others have their turn after as many hand-overs', async () => {
  const network = new Network();
  const [holder, one, two] = [network.process(), network.process({ passes: 2 }), network.process()];
  const lease = await holder.family.mutex('a').acquire();
  const order: string[] = [];
  const leaving = reasonOf(one.family.mutex('a').acquire({ timeout: 50 }));
  await network.settle();
  const other = two.family.mutex('a').sandbox(() => void order.push('other'));
  await network.settle();
  const late = [1, 2, 3, 4].map((n) => one.family.mutex('a').sandbox(() => void order.push(`late ${n}`)));
  await network.pass(60);
  expect(await leaving).toBeInstanceOf(TimeoutError);
  await lease.release();
  await Promise.all([other, ...late]);
  expect(order).toEqual(['late 1', 'late 2', 'late 3', 'other', 'late 4']);
});

it('looks for nobody who could use the place of a waiter that left, where all have places', async () => {
  const firstFor = vi.spyOn(Lanes.prototype, 'firstFor');
  onTestFinished(() => firstFor.mockRestore());
  const network = new Network();
  const { family } = network.process();
  const { read, write } = family.readWriteLock('l');
  const writing = await write.acquire();
  const controller = new AbortController();
  const waits = Array.from({ length: 100 }, () => reasonOf(read.acquire({ signal: controller.signal })));
  await network.settle();
  expect((await read.state()).waiting).toBe(100);
  controller.abort('no');
  expect(new Set(await Promise.all(waits))).toEqual(new Set(['no']));
  expect(firstFor).not.toHaveBeenCalled();
  await network.settle();
  expect((await read.state()).waiting).toBe(0);
  await writing.release();
});

it('gives the place of a waiter that left to the first one without a place that takes as many permits', async () => {
  const network = new Network();
  const { family, store } = network.process();
  const semaphore = family.semaphore('s', 3);
  const held = await semaphore.acquire({ permits: 3 });
  const controller = new AbortController();
  const left = reasonOf(semaphore.acquire({ signal: controller.signal }));
  const waits = [2, 2, 1].map((permits) => semaphore.acquire({ permits }));
  await network.settle();
  const commands: string[] = [];
  store.onCommand = (operation) => void commands.push(operation);
  controller.abort('no');
  expect(await left).toBe('no');
  await network.settle();
  // Nothing is given back.
  expect(commands).not.toContain('release');
  await held.release();
  for (const waiting of [waits[2], waits[0], waits[1]]) await (await waiting)?.release();
});

it('gives nobody the place of a waiter that left, where order is strict', async () => {
  const network = new Network();
  const [holder, one, two] = [network.process(), network.process({ passes: 0 }), network.process({ passes: 0 })];
  const lease = await holder.family.mutex('a').acquire();
  const order: string[] = [];
  const controller = new AbortController();
  const leaving = one.family.mutex('a').acquire({ signal: controller.signal });
  await network.settle();
  const other = two.family.mutex('a').sandbox(() => void order.push('the other process'));
  await network.settle();
  const late = one.family.mutex('a').sandbox(() => void order.push('the late one'));
  controller.abort('no');
  await expect(leaving).rejects.toBe('no');
  await network.settle();
  await lease.release();
  await Promise.all([other, late]);
  expect(order).toEqual(['the other process', 'the late one']);
});

it('does not let a repeated request decide about the capacity', async () => {
  const network = new Network();
  const [one, two] = [network.process(), network.process()];
  const old = one.family.semaphore('s', 1);
  const first = await old.acquire();
  await two.family.semaphore('s', 2).acquire();
  let isIn = false;
  // It decides, and it waits: two are inside. Then another process decides for three, and gives up.
  const waiting = old.acquire().then(() => (isIn = true));
  await network.settle();
  expect(isIn).toBe(false);
  expect(await two.family.semaphore('s', 2).tryAcquire()).toBeUndefined();
  await network.pass(1500);
  await first.release();
  await network.settle();
  expect(isIn).toBe(true);
  await waiting;
});
