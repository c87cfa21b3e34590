/** The holders, and the number of waiters. */
export const state: string = `-- Reads only. Answers the number of waiters, and for each hold: permits, token, since, until, label.
local answer = { redis.call('HLEN', W) }
local all = redis.call('HGETALL', S)
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 1) == 'h' then
    local permits, token, ends, _, since, label = string.match(all[i + 1], '^(%d+) (%d+) (%d+) (%d+) (%d+) %S+ (.*)$')
    if tonumber(ends) > now then
      local at = #answer
      answer[at + 1], answer[at + 2], answer[at + 3], answer[at + 4], answer[at + 5] = permits, token, since, ends, label
    end
  end
end
return answer
`;
