/**
 * Makes holds longer, or changes their permits. Begins with a command that is allowed when the memory is full, because a
 * script that has written something is no longer refused then.
 */
export const renew: string = `-- ARGV: lease, permits (0: as before), ids of holds. A hold whose time is over but that nobody has taken is kept.
local answer = { now, 0 }
redis.call('PEXPIRE', S, 90000000)
for i = 3, #ARGV do
  local permits, token, ends, length, since, rest = hold(ARGV[i])
  if permits then
    local wants = tonumber(ARGV[2]) > 0 and tonumber(ARGV[2]) or permits
    if tonumber(ARGV[1]) > 0 then
      length = tonumber(ARGV[1])
      ends = now + length
    end
    n = n + wants - permits
    redis.call('HSET', S, 'h' .. ARGV[i], table.concat({ text(wants), text(token), text(ends), text(length), since, rest }, ' '))
  end
  answer[i] = permits and 1 or 0
end
expire()
drain()
save()
answer[2] = e
return answer
`;
