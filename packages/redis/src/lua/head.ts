/** What every script begins with. */
export const head: string = `-- What every script begins with. KEYS: the state and the holds (a hash), the line (a sorted set), the waiters (a hash).
--
-- State: f last token or place, n permits in use, c capacity, e when the first hold ends (0: none), m the last time seen,
-- x when the time to live was set, v the protocol. Hold "h<id>": permits token until length since channel label.
-- Ended "d<client>": time and the numbers of the last requests that ended, so that a repeated command changes nothing.
-- Waiter "<id>": place permits alive lease range counts priority channel label. Line: "<place>:<id>", by -priority.
-- Times are microseconds of the server. Numbers are written out, because Lua rounds them to 14 digits otherwise.
local S, Q, W = KEYS[1], KEYS[2], KEYS[3]
local HOUR = 3600000000
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local function text(x) return string.format('%.0f', x) end
`;
