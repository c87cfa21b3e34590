type Run = (locks: LockManager, see: (what: string) => void, settle: () => Promise<void>) => Promise<void>;

/** Keeps a lock until it is told to end. */
async function keep(
  locks: LockManager,
  options: LockOptions,
  see: (what: string) => void,
  who: string,
): Promise<() => void> {
  let end = (): void => {};
  locks
    .request('name', options, () => {
      see(`${who} has it`);
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    })
    .then(
      () => see(`${who} has released it`),
      (error: Error) => see(`${who}: ${error.name}`),
    );
  return () => end();
}

/** Facts about Web Locks: each is a program that tells what it has seen. A fake must tell the same as a browser. */
export const facts: Readonly<Record<string, Run>> = {
  async 'exclusive requests are granted in order'(locks, see, settle) {
    const ends = [];
    for (const who of ['a', 'b', 'c']) ends.push(await keep(locks, {}, see, who));
    for (const end of ends) {
      await settle();
      end();
    }
    await settle();
  },
  async 'shared requests are granted together, unless an exclusive one waits'(locks, see, settle) {
    const modes = ['shared', 'shared', 'exclusive', 'shared', 'shared'] as const;
    const ends = [];
    for (const [i, mode] of modes.entries()) ends.push(await keep(locks, { mode }, see, `${i} ${mode}`));
    await settle();
    see('all have asked');
    for (const end of ends) {
      end();
      await settle();
    }
  },
  async 'a request only if available gets nothing if another one holds or waits'(locks, see, settle) {
    const ask = (mode: LockMode): Promise<void> =>
      locks.request('name', { mode, ifAvailable: true }, (lock) =>
        see(`${mode}: ${lock === null ? 'nothing' : lock.mode}`),
      );
    await ask('exclusive');
    const end = await keep(locks, { mode: 'shared' }, see, 'reader');
    await settle();
    await ask('shared');
    await ask('exclusive');
    const endWriter = await keep(locks, {}, see, 'writer');
    await settle();
    await ask('shared');
    end();
    await settle();
    await ask('shared');
    endWriter();
    await settle();
    await ask('shared');
  },
  async 'an abort ends a wait, and not a hold'(locks, see, settle) {
    const [first, second] = [new AbortController(), new AbortController()];
    const end = await keep(locks, { signal: first.signal }, see, 'first');
    await settle();
    const endSecond = await keep(locks, { signal: second.signal }, see, 'second');
    const endThird = await keep(locks, {}, see, 'third');
    await settle();
    first.abort();
    second.abort();
    await settle();
    end();
    await settle();
    endSecond();
    endThird();
    await settle();
    await keep(locks, { signal: AbortSignal.abort() }, see, 'fourth');
    await settle();
  },
  // The specification says that they are granted, and Chromium does not do it while others read.
  async 'an abort of a writer does not let in the readers behind it while others read'(locks, see, settle) {
    const controller = new AbortController();
    const end = await keep(locks, { mode: 'shared' }, see, 'reader');
    await keep(locks, { signal: controller.signal }, see, 'writer');
    const endNext = await keep(locks, { mode: 'shared' }, see, 'next reader');
    await settle();
    controller.abort();
    await settle();
    see('the writer has given up');
    end();
    await settle();
    endNext();
    await settle();
  },
  async 'a thief goes before all others, and the robbed function is not told'(locks, see, settle) {
    const end = await keep(locks, {}, see, 'robbed');
    const endNext = await keep(locks, {}, see, 'next');
    await settle();
    const thief = await keep(locks, { steal: true }, see, 'thief');
    await settle();
    end();
    await settle();
    thief();
    await settle();
    endNext();
    await settle();
  },
  async 'a function that throws gives the lock back'(locks, see, settle) {
    const failing = locks.request('name', () => {
      throw new Error('mine');
    });
    const end = await keep(locks, {}, see, 'next');
    see(await failing.then(String, (error: Error) => error.message));
    await settle();
    end();
    await settle();
  },
  async 'a query tells who holds and who waits'(locks, see, settle) {
    const end = await keep(locks, { mode: 'shared' }, see, 'reader');
    const endWriter = await keep(locks, {}, see, 'writer');
    await settle();
    const { held = [], pending = [] } = await locks.query();
    for (const [what, list] of Object.entries({ held, pending }))
      see(`${what}: ${list.map((lock) => `${lock.name} ${lock.mode}`).join()}`);
    end();
    await settle();
    endWriter();
    await settle();
  },
  async 'bad requests are refused'(locks, see) {
    const bad: [string, LockOptions][] = [
      ['-name', {}],
      ['name', { steal: true, ifAvailable: true }],
      ['name', { steal: true, mode: 'shared' }],
      ['name', { steal: true, signal: new AbortController().signal }],
      ['name', { ifAvailable: true, signal: new AbortController().signal }],
    ];
    for (const [name, options] of bad) {
      await locks.request(name, options, () => see('granted')).catch((error: Error) => see(error.name));
    }
  },
};

/** Tells all facts, one after the other. */
export async function tell(locks: LockManager, settle: () => Promise<void>): Promise<Record<string, string[]>> {
  const told: Record<string, string[]> = {};
  for (const [name, run] of Object.entries(facts)) {
    const seen: string[] = [];
    await run(locks, (what) => seen.push(what), settle);
    told[name] = seen;
  }
  return told;
}
