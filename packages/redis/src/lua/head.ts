/** What every script begins with. */
export const head: string = `-- What every script begins with. KEYS: the state and the holds (a hash), the line (a sorted set), the waiters (a hash).
--
-- State: f last token or place, n permits in use, c capacity (-1: nobody has said it), e when the first hold ends (0: none), m the last time seen,
-- x when the time to live was set, v the protocol. Hold "h<id>": permits token until length since channel label.
-- Ended "d<client>": time and the numbers of the last requests that ended, so that a repeated command changes nothing.
-- Waiter "<id>": place permits alive lease range counts priority channel label. Line: "<place>:<id>", by -priority.
-- Times are microseconds of the server. A number is written out where it becomes part of a text, because Lua rounds it to
-- 14 digits there; as an argument of a command it stays as it is.
local S, Q, W = KEYS[1], KEYS[2], KEYS[3]
local HOUR = 3600000000
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local function text(x) return string.format('%.0f', x) end
-- Of the list of requests that ended, what is worth keeping.
local function recent(list)
  local from = string.find(list, ' ', math.max(1, #list - 100), true)
  return from and string.sub(list, from) or ''
end
`;
