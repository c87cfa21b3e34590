import type { LuaTexts } from './lua-server.ts';
import type { Mutant } from './mutant.ts';

export const luaMutants: readonly Mutant[] = [
  { name: 'clients do not check the deadline of a grant', protocol: { checksDeadline: false }, budget: { ticks: 4 } },
  {
    name: 'a grant is taken back if nobody is counted, as in a cluster',
    swap: [
      "text(now) }, ' '))\n      end",
      "text(now) }, ' '))\n if redis.call('PUBSUB', 'NUMSUB', channel)[2] == 0 then n = n - permits redis.call('HDEL', S, 'h' .. id) end\n end",
    ],
    protocol: { isCluster: true },
    budget: { calls: 2 },
  },
  {
    name: 'a repeated request does not find its hold',
    swap: ['local _, token, ends, length = hold(id)', 'local token, ends, length'],
    budget: { duplicates: 1 },
  },
  {
    name: 'a repeated request makes its hold longer than it is booked',
    swap: ['local waits = nil', 'if ends then ends = now + lease end local waits = nil'],
    budget: { losses: 1, repeats: 1, ticks: 1 },
  },
  {
    name: 'a request that arrives after its release is granted',
    swap: ['not token and not ended(id)', 'not token'],
    budget: { duplicates: 1, leaves: 1 },
  },
  {
    name: 'a release of what is not held frees a permit',
    swap: ["known = '-'", "known = '-' n = n - 1"],
    budget: { leaves: 1, ticks: 1 },
  },
  {
    name: 'a release forgets the line',
    swap: ['expire()\ndrain()\nsave()\nanswer[2] = e\nreturn answer', 'save()\nreturn answer'],
    budget: {},
  },
  { name: 'a release forgets the permits', swap: ['n = n - permits', 'n = n'], budget: {} },
  { name: 'holds never end', swap: ['if stop <= now then', 'if false then'], budget: { crashes: 1, ticks: 1 } },
  {
    name: 'clients are told a time that is longer than booked',
    swap: ['return token, ends\n', 'return token, ends + 1000000\n'],
    budget: { ticks: 3 },
  },
  {
    name: 'a hold whose time is over keeps its permits',
    swap: ['n = n - tonumber(permits)\n', '\n'],
    budget: { crashes: 1, ticks: 4 },
  },
  {
    name: 'the line does not look at the permits',
    swap: ['elseif n + permits > c then', 'elseif false then'],
    protocol: { capacity: 3, permits: [2, 2] },
    budget: { repeats: 1 },
  },
  {
    name: 'newcomers overtake the line',
    swap: ['if not ahead and', 'if'],
    protocol: { capacity: 3, permits: [1, 3, 1] },
    budget: {},
  },
  {
    name: 'tokens do not go by the clock',
    swap: ['f = math.max(f + 1, now)', 'f = f + 1'],
    budget: { calls: 2, restarts: 1 },
  },
  {
    name: 'tokens do not remember the last one',
    swap: ['f = math.max(f + 1, now)', 'f = now'],
    budget: {},
  },
  {
    name: 'a waiter that leaves is remembered',
    swap: ["redis.call('ZREM', Q, member)\n  redis.call('HDEL', W, id)", "redis.call('ZREM', Q, member)"],
    budget: { leaves: 1 },
  },
  {
    name: 'a renewal of what was taken is confirmed',
    swap: ['answer[i] = permits and 1 or 0', 'answer[i] = 1'],
    budget: { renewals: 1, ticks: 3 },
  },
  {
    name: 'a grant from the line is not booked',
    swap: [
      'local token, ends = book(id, permits, length, tonumber(range), channel, label)',
      'local token, ends = tick(), now + length',
    ],
    budget: { calls: 2 },
  },
];

/** The scripts with a mutant's fault. */
export function mutatedTexts(texts: LuaTexts, { swap }: Mutant): LuaTexts {
  const { ask, release, renew } = texts;
  const change = (text: string): string => (swap ? text.replaceAll(swap[0], () => swap[1]) : text);
  return { ask: change(ask), release: change(release), renew: change(renew) };
}
