import type { World } from './world.ts';

/** What the scripts see of a server: keys. */
export interface LuaWorld extends World {
  hashes: Record<string, Record<string, string>>;
  /** Members with their scores, in order. */
  lines: Record<string, [member: string, score: number][]>;
}

export function newLuaWorld(now: number): LuaWorld {
  return { now, hashes: {}, lines: {}, listening: [], published: [], isCluster: false, fenced: [] };
}

type Reply = string | number | null | Reply[];

/** The commands that the scripts use, as a server answers them. */
export function call(world: LuaWorld, [name = '', key = '', ...args]: readonly string[]): Reply {
  const hash = world.hashes[key] ?? {};
  const line = world.lines[key] ?? [];
  switch (name) {
    case 'TIME':
      return [String(Math.floor(world.now / 1e6)), String(world.now % 1e6)];
    case 'HMGET':
      return args.map((field) => hash[field] ?? null);
    case 'HGET':
      return hash[args[0] ?? ''] ?? null;
    case 'HLEN':
      return Object.keys(hash).length;
    case 'HGETALL':
      return Object.entries(hash).flat();
    case 'HSET':
      for (let i = 0; i < args.length; i += 2) hash[args[i] ?? ''] = args[i + 1] ?? '';
      world.hashes[key] = hash;
      return 1;
    case 'HDEL':
      delete hash[args[0] ?? ''];
      return 1;
    case 'ZADD': {
      const rest = line.filter(([member]) => member !== args[1]);
      rest.push([args[1] ?? '', Number(args[0])]);
      world.lines[key] = rest.sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
      return 1;
    }
    case 'ZREM':
      world.lines[key] = line.filter(([member]) => member !== args[0]);
      return 1;
    case 'ZRANGE': {
      const [head] = line;
      if (head === undefined) return [];
      return args.length > 2 ? [head[0], String(head[1])] : [head[0]];
    }
    case 'ZRANK': {
      const rank = line.findIndex(([member]) => member === args[0]);
      return rank < 0 ? null : rank;
    }
    case 'PUBSUB':
      return [args[0] ?? '', world.listening.includes(args[0] ?? '') ? 1 : 0];
    case 'PUBLISH':
      if (world.isCluster || world.listening.includes(key)) world.published.push([key, args[0] ?? '']);
      return world.listening.includes(key) ? 1 : 0;
    case 'PEXPIRE':
      return 1;
    default:
      throw new Error(`The model does not know ${name}`);
  }
}
