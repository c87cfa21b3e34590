import { Lua } from './lua.ts';
import { type LuaWorld, newLuaWorld } from './lua-world.ts';
import type { Books, ModelServer, Reply, Terms } from './model-server.ts';
import type { Command } from './state.ts';
import type { World } from './world.ts';

const KEYS = ['s', 'q', 'w'] as const;

/** The texts of the scripts. */
export interface LuaTexts {
  readonly ask: string;
  readonly release: string;
  readonly renew: string;
}

/** A Redis: the very scripts, in a Lua of JavaScript. */
export class LuaServer implements ModelServer {
  readonly keepsOrder = true;
  readonly #lua = new Lua();
  readonly #texts: LuaTexts;

  constructor(texts: LuaTexts) {
    this.#texts = texts;
  }

  newWorld(now: number): World {
    return newLuaWorld(now);
  }

  serve(world: World, command: Command, terms: Terms): Reply {
    const reply = this.#lua.run(
      this.#texts[command.op === 'downgrade' ? 'renew' : command.op],
      KEYS,
      argumentsOf(command, terms),
      world as LuaWorld,
    );
    world.published = world.published.map(([channel, text]) => {
      const [is, id, , ...numbers] = text.split(' ');
      return [channel, [is, id, ...numbers].join(' ')];
    });
    const [now, , how, verdict, token, until, length] = reply as [
      number,
      number,
      unknown,
      string,
      number,
      number,
      number,
    ];
    if (command.op === 'ask') return { now, verdict, token, until, length };
    return { now, verdict: how === 1 ? 'known' : 'unknown', token: 0, until: 0, length: 0 };
  }

  books(world: World): Books {
    const { hashes, lines } = world as LuaWorld;
    const holds = Object.entries(hashes.s ?? {}).flatMap(([field, record]) => {
      if (!field.startsWith('h')) return [];
      const [permits, token, ends] = record.split(' ').map(Number) as [number, number, number];
      return [{ id: field.slice(1), permits, token, ends, isReleased: false }];
    });
    const waiters = hashes.w ?? {};
    const line = (lines.q ?? []).map(([member]) => {
      const id = member.slice(17);
      const [, permits, alive, , , counts, , channel = ''] = (waiters[id] ?? '').split(' ');
      const place = Number(member.slice(0, 16));
      const client = Number(channel.slice(2));
      return { id, place, permits: Number(permits), alive: Number(alive), isCounted: counts === '1', client };
    });
    return { holds, line, used: Number(hashes.s?.n ?? 0), waiters: Object.keys(waiters) };
  }

  restart(world: World): void {
    Object.assign(world, { hashes: {}, lines: {} });
  }
}

function argumentsOf({ op, client, id, place }: Command, { capacity, permits, lease }: Terms): string[] {
  if (op === 'release') return [id];
  if (op === 'downgrade') return ['0', '1', id];
  if (op === 'renew') return [String(lease), '0', id];
  return [String(capacity), String(lease), '0', '0', `c:${client}`, '', id, String(permits), '0', place, '1'];
}
