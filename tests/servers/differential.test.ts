// The same programs on the reference in memory, on the scripts in a Lua of JavaScript, and on the real server.
import type { Ask, Confirmation, LockId, Push, Store, Verdict } from '@valvekit/lease';
import type { RedisConnection } from '@valvekit/redis';
import { MemoryServer } from '@valvekit-internal/servers/memory/memory-server';
import { Lua } from '@valvekit-internal/servers/model/lua';
import { newLuaWorld } from '@valvekit-internal/servers/model/lua-world';
import { Quiet } from '@valvekit-internal/servers/quiet';
import { afterAll, expect, it } from 'vitest';
import { connectionOf } from '../../packages/redis/src/clients/clients.ts';
import { scripts } from '../../packages/redis/src/lua/scripts.ts';
import { RedisStore } from '../../packages/redis/src/redis-store.ts';
import { anyServer, operatorOf } from './redis-environment.ts';

const PROGRAMS = 150;
const STEPS = 30;

const server = await anyServer();
const client = operatorOf(server.port);
afterAll(async () => {
  client.disconnect();
  await server.stop();
});

/** The scripts in a Lua of JavaScript, as a connection. */
function luaConnection(): RedisConnection {
  const lua = new Lua();
  const world = newLuaWorld(Date.now() * 1000);
  const listeners = new Map<string, (text: string) => void>();
  const texts = new Map(Object.values(scripts).map(({ sha, text }) => [sha, text]));
  return {
    async send([, sha = '', , ...rest]) {
      world.now += 1;
      const reply = lua.run(texts.get(sha) ?? '', rest.slice(0, 3), rest.slice(3), world);
      for (const [channel, text] of world.published.splice(0)) listeners.get(channel)?.(text);
      return reply;
    },
    async subscribe(channel, message) {
      listeners.set(channel, message);
      world.listening.push(channel);
      return async () => {};
    },
  };
}

/** What a step has shown: everything but times and tokens. */
type Shown = readonly string[];

function shown(verdicts: readonly Verdict[]): Shown {
  return verdicts.map((verdict) => (verdict.is === 'waiting' ? `waiting behind ${verdict.ahead}` : verdict.is));
}

class Subject {
  readonly stores: readonly Store[];
  readonly pushes: string[] = [];

  constructor(stores: readonly Store[]) {
    this.stores = stores;
  }

  readonly #ends: (() => Promise<void>)[] = [];

  async listen(): Promise<void> {
    const hear = (push: Push): void => void this.pushes.push(`${push.is} ${push.id}`);
    for (const store of this.stores) this.#ends.push(await store.listen(hear, () => {}));
  }

  async end(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}

it(`gives the same answers in ${PROGRAMS} programs`, async () => {
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    let state = seed * 7919;
    const pick = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const memory = new MemoryServer();
    const quiet = new Quiet();
    const [lua, real] = [luaConnection(), quiet.watchRedis(connectionOf(client))];
    const names = [`a${seed}`, `b${seed}`];
    const subjects = [
      new Subject(names.map((name) => Object.assign(memory.connect(), { client: name }))),
      new Subject(names.map((name) => new RedisStore(lua, 'diff', name))),
      new Subject(names.map((name) => new RedisStore(real, 'diff', name))),
    ];
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
      expect(results[1], trace.join('\n')).toEqual(results[0]);
      expect(results[2], trace.join('\n')).toEqual(results[0]);
    }
    await quiet.settle();
    const states = await Promise.all(subjects.map(async ({ stores }) => (stores[0] as Store).state(lock)));
    const figures = states.map(({ holders, waiting }) => [holders.map(({ permits }) => permits), waiting]);
    expect(figures[1]).toEqual(figures[0]);
    expect(figures[2]).toEqual(figures[0]);
    expect(subjects[1]?.pushes).toEqual(subjects[0]?.pushes);
    // Each process has a connection of its own for messages.
    expect([...(subjects[2]?.pushes ?? [])].sort()).toEqual([...(subjects[0]?.pushes ?? [])].sort());
    await subjects[2]?.end();
  }
});
