// The same programs on the reference in memory, on the scripts in a Lua of JavaScript, and on the real servers.
import type { PostgresConnection } from '@valvekit/postgres';
import type { RedisConnection } from '@valvekit/redis';
import { Lua } from '@valvekit-internal/servers/model/lua';
import { newLuaWorld } from '@valvekit-internal/servers/model/lua-world';
import { Quiet } from '@valvekit-internal/servers/quiet';
import { it, onTestFinished } from 'vitest';
import { connectionOf as postgresConnection } from '../../packages/postgres/src/clients/clients.ts';
import { readPostgresOptions } from '../../packages/postgres/src/options.ts';
import { PostgresStore } from '../../packages/postgres/src/postgres-store.ts';
import { connectionOf as redisConnection } from '../../packages/redis/src/clients/clients.ts';
import { scripts } from '../../packages/redis/src/lua/scripts.ts';
import { RedisStore } from '../../packages/redis/src/redis-store.ts';
import { compare, Subject } from './differential.ts';
import { type Engine, newest } from './engines.ts';
import { postgresClients } from './postgres-clients.ts';
import { operatorOf } from './redis-environment.ts';

const PROGRAMS = 150;

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

/** Has the end of every request remembered: these programs use an id again after its end. */
function remembering(connection: PostgresConnection): PostgresConnection {
  return {
    ...connection,
    query: (text, values) => {
      const isRelease = text.includes('release_v1');
      return connection.query(text, isRelease ? values.map((each) => String(each).replace(/ 0$/, ' 1')) : values);
    },
  };
}

/** Makes the subjects of an engine. */
async function subjectsOn(engine: Engine, quiet: Quiet): Promise<(names: readonly string[]) => Subject[]> {
  const server = await engine.reach();
  onTestFinished(() => server.stop());
  if (engine.name === 'Redis') {
    const client = operatorOf(server.port);
    onTestFinished(() => client.disconnect());
    return (names) => {
      const [lua, real] = [luaConnection(), quiet.watchRedis(redisConnection(client))];
      return [lua, real].map((each) => new Subject(names.map((name) => new RedisStore(each, 'diff', name))));
    };
  }
  const { client, close } = await (postgresClients.pg as (typeof postgresClients)[string])(server.port);
  onTestFinished(async () => void (await close()));
  const options = readPostgresOptions({});
  return (names) => {
    const stores = names.map((name) => {
      const connection = quiet.watchPostgres(remembering(postgresConnection(client)));
      return new PostgresStore(connection, 'diff', name, options);
    });
    return [new Subject(stores)];
  };
}

it.each(newest)(`$name gives the same answers in ${PROGRAMS} programs`, async (engine) => {
  const quiet = new Quiet();
  const make = await subjectsOn(engine, quiet);
  for (let seed = 1; seed <= PROGRAMS; seed++) await compare(seed, make, () => quiet.settle());
});
