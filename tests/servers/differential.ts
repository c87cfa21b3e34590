// Random programs, run on several stores at once.
import type { Ask, Confirmation, LockId, Push, Store, Verdict } from '@valvekit/lease';
import { MemoryServer } from '@valvekit-internal/servers/memory/memory-server';
import { expect } from 'vitest';

const STEPS = 30;

/** What a step has shown: everything but times and tokens. */
type Shown = readonly string[];

function shown(verdicts: readonly Verdict[]): Shown {
  return verdicts.map((verdict) => (verdict.is === 'waiting' ? `waiting behind ${verdict.ahead}` : verdict.is));
}

/** The stores of the processes of a program, on one server. */
export class Subject {
  readonly stores: readonly Store[];
  readonly pushes: string[] = [];

  constructor(stores: readonly Store[]) {
    this.stores = stores;
  }

  readonly #ends: (() => Promise<void>)[] = [];

  async listen(): Promise<void> {
    const hear = (push: Push): void => void this.pushes.push(`${push.is} ${push.id}`);
    const ignore = (): void => {};
    for (const store of this.stores) this.#ends.push(await store.listen(hear, ignore, ignore));
  }

  async end(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}

/** The reference in memory. */
function reference(names: readonly string[]): Subject {
  const memory = new MemoryServer();
  return new Subject(names.map((name) => Object.assign(memory.connect(), { client: name })));
}

/**
 * Runs one program, and compares after each step.
 *
 * @param make - makes the subjects, with stores for processes of these names
 * @param settle - waits until everything has been heard
 */
export async function compare(
  seed: number,
  make: (names: readonly string[]) => readonly Subject[],
  settle: () => Promise<void>,
): Promise<void> {
  let state = seed * 7919;
  const pick = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const names = [`a${seed}`, `b${seed}`];
  const subjects = [reference(names), ...make(names)];
  for (const subject of subjects) await subject.listen();
  const lock: LockId = { kind: 'semaphore', name: `program ${seed}` };
  const trace: string[] = [];
  const ids = (at: number): string => `${names[at]}:${1 + pick(6)}`;
  for (let step = 0; step < STEPS; step++) {
    const at = pick(2);
    const id = ids(at);
    const request = { id, permits: 1 + pick(3), priority: pick(3) - 1, place: 0, joins: pick(4) > 0 };
    const ask: Ask = {
      capacity: 3 + (pick(6) === 0 ? 1 : 0),
      decides: pick(3) > 0,
      lease: 60_000,
      range: 2,
      notAfter: 0,
      label: 'l',
      requests: [request],
    };
    const [what, permits] = [pick(8), 1 + pick(2)];
    const results: Shown[] = [];
    for (const { stores } of subjects) {
      const store = stores[at] as Store;
      const known = async (answer: Promise<Confirmation>): Promise<Shown> => (await answer).known.map(String);
      if (what < 4) results.push(shown((await store.ask(lock, ask)).verdicts));
      else if (what < 6) results.push(await known(store.release(lock, [id])));
      else if (what < 7) results.push(await known(store.renew(lock, [id], 60_000)));
      else results.push(await known(store.resize(lock, id, permits)));
    }
    trace.push(`${step}: ${what} ${JSON.stringify(request)} ${JSON.stringify(results)}`);
    for (const result of results) expect(result, trace.join('\n')).toEqual(results[0]);
  }
  await settle();
  const states = await Promise.all(subjects.map(async ({ stores }) => (stores[0] as Store).state(lock)));
  const figures = states.map(({ holders, waiting }) => [holders.map(({ permits }) => permits), waiting]);
  // Each process may have a connection of its own for messages.
  const pushes = subjects.map((subject) => [...subject.pushes].sort());
  for (const figure of figures) expect(figure).toEqual(figures[0]);
  for (const heard of pushes) expect(heard).toEqual(pushes[0]);
  for (const subject of subjects) await subject.end();
}
