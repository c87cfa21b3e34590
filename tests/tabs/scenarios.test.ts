import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Context, fullExecutable, hasBrowser, Stage, type Tab } from './browser.ts';
import type { Hands, Spec } from './page/hands.ts';

declare const hands: Hands;
declare const tabs: typeof import('@valvekit/tabs');

const stage = await Stage.open();
const fullStage = fullExecutable === undefined ? undefined : await Stage.open(fullExecutable);
if (hasBrowser && fullStage === undefined)
  console.log('The back/forward cache is not tested: it needs a full Chromium.');

const HOLDERS = 'What happens to a holder';
const WAITERS = 'What happens to a waiter';
const LEADERS = 'What happens to a leader';

/** What the guide says: by its titles, the event and the result. */
const table: Record<string, [event: string, result: string][]> = { [HOLDERS]: [], [WAITERS]: [], [LEADERS]: [] };

let name: string;
let names = 0;
let opened: Tab[];

beforeEach(() => {
  name = `scenario ${names++}`;
  opened = [];
});

afterEach(async () => {
  for (const tab of opened) await tab.page.close().catch(() => {});
});

async function tab(on: Stage | undefined = stage): Promise<Tab> {
  const one = await (on as Stage).tab();
  opened.push(one);
  return one;
}

/** One line of the table, and the proof of it. */
function scenario(
  title: string,
  event: string,
  result: string,
  run: () => Promise<void>,
  isPossible = hasBrowser,
): void {
  table[title]?.push([event, result]);
  it.skipIf(!isPossible)(`${event}: ${result}`, run);
}

const mutex = (): Spec => ({ kind: 'mutex', name });

const hold = (context: Context, spec: Spec, options = {}, id = 'call'): Promise<void> =>
  context.run((...args: Parameters<Hands['hold']>) => hands.hold(...args), id, spec, options);
const until = (context: Context, state: string, id = 'call'): Promise<void> =>
  context.run((...args) => hands.until(...args), id, state);
const stateOf = (context: Context, id = 'call'): Promise<string | undefined> =>
  context.run((of) => hands.states[of], id);
const release = (context: Context, id = 'call'): Promise<void> => context.run((of) => hands.release(of), id);
const abort = (context: Context, id = 'call'): Promise<void> => context.run((of) => hands.abort(of), id);
const isFree = (context: Context, spec = mutex()): Promise<boolean> => context.run((of) => hands.try(of), spec);

/** Waits until the browser has a number of requests for a name that wait. */
function pending(context: Context, full: string, count: number): Promise<void> {
  return context.run(
    async (of, most) => {
      for (;;) {
        const { pending: all = [] } = await navigator.locks.query();
        if (all.filter((lock) => lock.name === of).length === most) return;
      }
    },
    full,
    count,
  );
}

/** How many wait for a lock of this scenario. */
function waiters(context: Context): Promise<number> {
  return context.run(async (of) => {
    const { pending: all = [] } = await navigator.locks.query();
    return all.filter((lock) => lock.name?.includes(of)).length;
  }, `valvekit:${name}`);
}

/** Waits until nobody waits for a lock of this scenario. */
async function nobodyWaits(context: Context): Promise<void> {
  while ((await waiters(context)) > 0);
}

/** Freezes a tab that waits, until it has left the line. */
async function freezeWaiter({ page }: Tab, other: Context): Promise<void> {
  const before = await waiters(other);
  await page.setFrozen(true);
  // The answer to the command can be there before.
  while ((await waiters(other)) === before);
}

/** Lets the browser do what it can do without another call. */
function settle(context: Context): Promise<void> {
  return context.run(async () => {
    for (let i = 0; i < 20; i++) await navigator.locks.query();
  });
}

/** A holder, and a tab that waits for it. */
async function holderAndWaiter(holder: Context, waiter: Context, spec = mutex()): Promise<void> {
  await hold(holder, spec);
  await until(holder, 'held');
  await hold(waiter, spec);
  await settle(waiter);
  expect(await stateOf(waiter)).toBe('waiting');
}

describe(HOLDERS, () => {
  const NEXT = 'the next waiter has the lock';
  const ends = (event: string, end: (holder: Tab) => Promise<unknown>): void => {
    for (const kind of ['mutex', 'semaphore', 'read', 'write'] as const) {
      const run = async (): Promise<void> => {
        const [holder, waiter] = [await tab(), await tab()];
        const spec: Spec = { kind, name, capacity: 1 };
        const rival: Spec = kind === 'read' ? { kind: 'write', name } : spec;
        await hold(holder, spec);
        await until(holder, 'held');
        await hold(waiter, rival);
        await settle(waiter);
        expect(await stateOf(waiter)).toBe('waiting');
        await end(holder);
        await until(waiter, 'held');
      };
      if (kind === 'mutex') scenario(HOLDERS, event, NEXT, run);
      else it.skipIf(!hasBrowser)(`${event} (${kind}): ${NEXT}`, run);
    }
  };
  ends('its tab is closed', (holder) => holder.page.close());
  ends('its tab is reloaded, or goes to another page', (holder) => holder.page.goto(`${stage.witness.url}/other`));
  ends('its tab crashes', async (holder) => void holder.page.send('Page.crash').catch(() => {}));

  scenario(HOLDERS, 'its frame is removed', NEXT, async () => {
    const [page, waiter] = [await tab(), await tab()];
    const frame = await page.frame();
    await holderAndWaiter(frame, waiter);
    await frame.remove();
    await until(waiter, 'held');
  });

  scenario(HOLDERS, 'its worker is terminated', NEXT, async () => {
    const [page, waiter] = [await tab(), await tab()];
    const worker = await page.worker('worker');
    await holderAndWaiter(worker, waiter);
    await worker.terminate();
    await until(waiter, 'held');
  });

  scenario(HOLDERS, 'it is a shared worker, and its last tab closes', NEXT, async () => {
    const [page, waiter] = [await tab(), await tab()];
    await holderAndWaiter(await page.worker('shared worker'), waiter);
    await page.page.close();
    await until(waiter, 'held');
  });

  scenario(HOLDERS, 'it is a service worker, and the browser stops it', NEXT, async () => {
    const [page, waiter] = [await tab(), await tab()];
    await holderAndWaiter(await page.worker('service worker'), waiter);
    await page.page.send('ServiceWorker.enable');
    await page.page.send('ServiceWorker.stopAllWorkers');
    await until(waiter, 'held');
  });

  scenario(HOLDERS, 'its tab is frozen', 'it keeps the lock, and the others wait until it resumes', async () => {
    const [holder, waiter] = [await tab(), await tab()];
    await holderAndWaiter(holder, waiter);
    await holder.page.setFrozen(true);
    await settle(waiter);
    expect(await stateOf(waiter)).toBe('waiting');
    await holder.page.setFrozen(false);
    expect(await stateOf(holder)).toBe('held');
    await release(holder);
    await until(waiter, 'held');
  });

  scenario(
    HOLDERS,
    'its tab goes to another page, and into the back/forward cache',
    'Chrome drops the page as soon as somebody waits, and the next waiter has the lock',
    async () => {
      const [holder, waiter] = [await tab(fullStage), await tab(fullStage)];
      await hold(holder, mutex());
      await until(holder, 'held');
      await holder.run(() => Object.assign(globalThis, { isOld: true }) && undefined);
      await holder.page.goto(`${fullStage?.witness.url}/other`);
      await hold(waiter, mutex());
      await until(waiter, 'held');
      await holder.page.back(`${fullStage?.witness.url}/`);
      expect(await holder.run(() => 'isOld' in globalThis)).toBe(false);
    },
    fullStage !== undefined,
  );

  scenario(
    HOLDERS,
    'another script steals the lock',
    'its signal aborts with a `LeaseLostError` (`stolen`); the next waiter has the lock after the thief',
    async () => {
      const [holder, waiter, thief] = [await tab(), await tab(), await tab()];
      await holderAndWaiter(holder, waiter);
      await thief.run((of) => {
        const stolen = navigator.locks.request(
          of,
          { steal: true },
          () => new Promise((end) => Object.assign(globalThis, { end })),
        );
        stolen.catch(() => {});
      }, `Mutex:valvekit:${name}`);
      await until(holder, 'lost: stolen');
      await settle(waiter);
      expect(await stateOf(waiter)).toBe('waiting');
      await thief.run(() => (globalThis as unknown as { end(): void }).end());
      await until(waiter, 'held');
      await release(holder);
      expect(await stateOf(holder)).toBe('LeaseLostError');
      expect(await stateOf(waiter)).toBe('held');
    },
  );

  scenario(HOLDERS, 'its function throws', NEXT, async () => {
    const [holder, waiter] = [await tab(), await tab()];
    await holder.run((of) => {
      const outcome = hands.lock(of).sandbox(() => new Promise((_, fail) => Object.assign(globalThis, { fail })));
      Object.assign(globalThis, { outcome: outcome.catch((reason: unknown) => reason) });
    }, mutex());
    while (!(await holder.run(() => 'fail' in globalThis))) await settle(holder);
    await hold(waiter, mutex());
    await settle(waiter);
    expect(await stateOf(waiter)).toBe('waiting');
    const reason = await holder.run(() => {
      const { fail, outcome } = globalThis as unknown as { fail(error: string): void; outcome: Promise<string> };
      fail('mine');
      return outcome;
    });
    expect(reason).toBe('mine');
    await until(waiter, 'held');
  });
});

describe(WAITERS, () => {
  const STEPS: Record<string, { spec: () => Spec; names: string[]; rival?: () => Spec }> = {
    mutex: { spec: mutex, names: ['mutex'] },
    'semaphore, for its permits': {
      spec: () => ({ kind: 'semaphore', name, capacity: 1 }),
      names: ['semaphore', 'permit'],
    },
    'read side, for its turn': {
      spec: () => ({ kind: 'read', name }),
      rival: () => ({ kind: 'write', name }),
      names: ['turnstile', 'lock'],
    },
    'write side, for its turn': { spec: () => ({ kind: 'write', name }), names: ['turnstile', 'lock'] },
  };

  const leaves = (
    event: string,
    result: string,
    leave: (waiter: Tab, next: Tab) => Promise<void>,
    options = {},
    state?: string,
  ): void => {
    for (const [step, { spec, rival = spec }] of Object.entries(STEPS)) {
      for (const place of ['first', 'second'] as const) {
        const run = async (): Promise<void> => {
          const [holder, waiter, other, next] = [await tab(), await tab(), await tab(), await tab()];
          await hold(holder, rival());
          await until(holder, 'held');
          // The second one waits at the turnstile, if there is one, behind a tab that has passed it.
          if (place === 'second') {
            await hold(other, rival());
            await settle(other);
          }
          await hold(waiter, spec(), options);
          await settle(waiter);
          await hold(next, rival());
          await settle(next);
          await leave(waiter, next);
          if (state !== undefined) await until(waiter, state);
          await settle(next);
          expect(await stateOf(next)).toBe('waiting');
          await release(holder);
          if (place === 'second') {
            await until(other, 'held');
            await release(other);
          }
          await until(next, 'held');
        };
        if (step === 'mutex' && place === 'first') scenario(WAITERS, event, result, run);
        else it.skipIf(!hasBrowser)(`${event} (${step}, ${place} in line): ${result}`, run);
      }
    }
  };
  const FORGOTTEN = 'it is forgotten, and the next in line has the lock in its turn';
  leaves('its tab is closed', FORGOTTEN, (waiter) => waiter.page.close());
  leaves('its tab crashes', FORGOTTEN, async (waiter) => void waiter.page.send('Page.crash').catch(() => {}));
  leaves('its signal aborts', FORGOTTEN, (waiter) => abort(waiter), {}, 'AbortError');
  leaves('its timeout is over', FORGOTTEN, async () => {}, { timeout: 50 }, 'TimeoutError');
  leaves(
    'its tab is frozen',
    'it leaves the line, so it holds up nobody, and rejoins when the tab resumes',
    freezeWaiter,
  );

  scenario(
    WAITERS,
    'it asks while its tab freezes: in a listener, or where a leader that has lost the lead cleans up',
    'it joins the line when its tab resumes',
    async () => {
      for (const { spec, rival = spec } of Object.values(STEPS)) {
        name = `scenario ${names++}`;
        const [sleeper, other] = [await tab(), await tab()];
        await sleeper.run(
          (job, lock) => {
            document.addEventListener('freeze', () => hands.hold('listener', lock), { once: true });
            void tabs.lead(job, (signal) => {
              signal.addEventListener('abort', () => hands.hold('leader', lock));
              hands.states.lead = 'leading';
              return new Promise(() => {});
            });
          },
          name,
          spec(),
        );
        while ((await stateOf(sleeper, 'lead')) !== 'leading');
        await other.run((of) => hands.lead(of, 'lead', {}), name);
        await settle(other);
        await sleeper.page.setFrozen(true);
        await until(other, 'leading 1', 'lead');
        await settle(other);
        expect([await waiters(other), await isFree(other, rival())]).toEqual([0, true]);
        await sleeper.page.setFrozen(false);
        for (const id of ['leader', 'listener']) {
          await until(sleeper, 'held', id);
          await release(sleeper, id);
        }
      }
    },
  );

  // A grant that is on its way in this moment stays with the frozen page until that resumes. Nobody can take it back.
  it.skipIf(!hasBrowser)(
    'has the lock when it resumes, if that was released in the moment in which its tab froze',
    async () => {
      for (let round = 0; round < 10; round++) {
        name = `scenario ${names++}`;
        const [holder, waiter] = [await tab(), await tab()];
        await holderAndWaiter(holder, waiter);
        await Promise.all([waiter.page.setFrozen(true), release(holder)]);
        await waiter.page.setFrozen(false);
        await until(waiter, 'held');
        await release(waiter);
        await nobodyWaits(holder);
        expect(await isFree(holder)).toBe(true);
        await waiter.page.close();
        await holder.page.close();
      }
    },
  );

  it.skipIf(!hasBrowser)('rejoins when its tab resumes', async () => {
    for (const { spec, rival = spec } of Object.values(STEPS)) {
      name = `scenario ${names++}`;
      const [holder, waiter] = [await tab(), await tab()];
      await holderAndWaiter(holder, waiter, rival());
      await waiter.page.setFrozen(true);
      await nobodyWaits(holder);
      await release(holder);
      expect(await isFree(holder, rival())).toBe(true);
      await hold(holder, rival(), {}, 'again');
      await until(holder, 'held', 'again');
      await waiter.page.setFrozen(false);
      expect(await stateOf(waiter)).toBe('waiting');
      await release(holder, 'again');
      await until(waiter, 'held');
    }
  });

  scenario(
    WAITERS,
    'its tab goes to another page, and comes back from the back/forward cache',
    'it rejoins',
    async () => {
      const [holder, waiter] = [await tab(fullStage), await tab(fullStage)];
      await holderAndWaiter(holder, waiter);
      await waiter.page.goto(`${fullStage?.witness.url}/other`);
      await nobodyWaits(holder);
      await release(holder);
      expect(await isFree(holder)).toBe(true);
      await waiter.page.back(`${fullStage?.witness.url}/`);
      await until(waiter, 'held');
    },
    fullStage !== undefined,
  );

  it.skipIf(!hasBrowser)(
    'lets readers go on when a writer before them gives up, whichever tabs they are in',
    async () => {
      const [reader, writer, next, last] = [await tab(), await tab(), await tab(), await tab()];
      await hold(reader, { kind: 'read', name });
      await until(reader, 'held');
      await hold(writer, { kind: 'write', name });
      await settle(writer);
      for (const tab of [next, last]) await hold(tab, { kind: 'read', name });
      await settle(last);
      expect([await stateOf(next), await stateOf(last)]).toEqual(['waiting', 'waiting']);
      await abort(writer);
      await until(next, 'held');
      await until(last, 'held');
    },
  );

  it.skipIf(!hasBrowser)('does not let a reader overtake a writer that waits in another tab', async () => {
    const [reader, writer, next] = [await tab(), await tab(), await tab()];
    await hold(reader, { kind: 'read', name });
    await until(reader, 'held');
    await hold(writer, { kind: 'write', name });
    await settle(writer);
    // Neither that of another tab, nor another one of a tab that reads.
    await hold(next, { kind: 'read', name });
    await hold(reader, { kind: 'read', name }, {}, 'more');
    await settle(next);
    expect([await isFree(next, { kind: 'read', name }), await isFree(reader, { kind: 'read', name })]).toEqual([
      false,
      false,
    ]);
    expect([await stateOf(next), await stateOf(reader, 'more')]).toEqual(['waiting', 'waiting']);
    await release(reader);
    await until(writer, 'held');
    await settle(next);
    expect([await stateOf(next), await stateOf(reader, 'more')]).toEqual(['waiting', 'waiting']);
    await release(writer);
    await until(next, 'held');
    await until(reader, 'held', 'more');
  });
});

describe(LEADERS, () => {
  const NEXT = 'another one leads';
  const stand = (context: Context, options = {}): Promise<void> =>
    context.run((...args: Parameters<Hands['lead']>) => hands.lead(...args), name, 'lead', options);
  const leads = (context: Context, term = 1): Promise<void> => until(context, `leading ${term}`, 'lead');
  const state = (context: Context): Promise<string | undefined> => stateOf(context, 'lead');

  async function leaderAndOther(leader: Context, other: Context): Promise<void> {
    await stand(leader);
    await leads(leader);
    await stand(other);
    await settle(other);
    expect(await state(other)).toBe('standing');
  }

  scenario(LEADERS, 'its function ends', `it has resigned, and ${NEXT}`, async () => {
    const [leader, other] = [await tab(), await tab()];
    await leaderAndOther(leader, other);
    await leader.run(() => hands.resign('lead'));
    await until(leader, 'resigned', 'lead');
    await leads(other);
  });

  scenario(LEADERS, 'its tab is closed or reloaded, or crashes', NEXT, async () => {
    const tabs = [await tab(), await tab(), await tab(), await tab()] as const;
    const [first, second, third, last] = tabs;
    await leaderAndOther(first, second);
    await first.page.close();
    await leads(second);
    await stand(third);
    await second.page.goto(`${stage.witness.url}/other`);
    await leads(third);
    await stand(last);
    third.page.send('Page.crash').catch(() => {});
    await leads(last);
  });

  scenario(
    LEADERS,
    'its tab is frozen',
    `its signal aborts, and ${NEXT}; when it resumes, it becomes a candidate again`,
    async () => {
      const [leader, other] = [await tab(), await tab()];
      await leaderAndOther(leader, other);
      await leader.page.setFrozen(true);
      await leads(other);
      await leader.page.setFrozen(false);
      await settle(leader);
      expect(await state(leader)).toBe('lost: AbortError');
      await other.run(() => hands.resign('lead'));
      await leads(leader, 2);
    },
  );

  it.skipIf(!hasBrowser)('a frozen candidate is not elected', async () => {
    const [leader, frozen, other] = [await tab(), await tab(), await tab()];
    await leaderAndOther(leader, frozen);
    await stand(other);
    await settle(other);
    await frozen.page.setFrozen(true);
    // It has left the line. The answer to the command above can be there before.
    await pending(other, `Leader:${name}`, 1);
    await leader.run(() => hands.resign('lead'));
    await leads(other);
    await frozen.page.setFrozen(false);
    await other.page.close();
    await leads(frozen);
  });

  scenario(
    LEADERS,
    'its tab goes to another page, and comes back from the back/forward cache',
    `its signal aborts, and ${NEXT}; when it is back, it becomes a candidate again`,
    async () => {
      const [leader, other] = [await tab(fullStage), await tab(fullStage)];
      await leaderAndOther(leader, other);
      await leader.page.goto(`${fullStage?.witness.url}/other`);
      await leads(other);
      await leader.page.back(`${fullStage?.witness.url}/`);
      expect(await state(leader)).toBe('lost: AbortError');
      await other.run(() => hands.resign('lead'));
      await leads(leader, 2);
    },
    fullStage !== undefined,
  );

  scenario(
    LEADERS,
    'another script steals the lead',
    'its signal aborts; when the thief is done, it becomes a candidate again',
    async () => {
      const [leader, thief] = [await tab(), await tab()];
      await stand(leader);
      await leads(leader);
      await thief.run((of) => {
        const stolen = navigator.locks.request(
          of,
          { steal: true },
          () => new Promise((end) => Object.assign(globalThis, { end })),
        );
        stolen.catch(() => {});
      }, `Leader:${name}`);
      await until(leader, 'lost: LeaseLostError', 'lead');
      await thief.run(() => (globalThis as unknown as { end(): void }).end());
      await leads(leader, 2);
    },
  );

  it.skipIf(!hasBrowser)('ends the wait to be elected by its timeout, and leaves no candidate behind', async () => {
    const [leader, other] = [await tab(), await tab()];
    await stand(leader);
    await leads(leader);
    await stand(other, { timeout: 30 });
    await until(other, 'over: TimeoutError', 'lead');
    await pending(other, `Leader:${name}`, 0);
    await stand(other, { timeout: 0 });
    await until(other, 'over: TimeoutError', 'lead');
  });
});

it('is what the guide says', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/across-tabs.md'), 'utf8');
  for (const [title, rows] of Object.entries(table)) {
    const lines = rows.map(([event, result]) => `| ${event} | ${result} |`);
    expect(guide, title).toContain(lines.join('\n'));
  }
});
