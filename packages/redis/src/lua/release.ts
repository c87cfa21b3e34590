/** Ends holds and waits. */
export const release: string = `-- ARGV: ids of holds and waiters.
local answer = { now, 0 }
for i = 1, #ARGV do
  local id = ARGV[i]
  local permits = hold(id)
  local record = not permits and redis.call('HGET', W, id)
  local known = '+'
  if permits then
    redis.call('HDEL', S, 'h' .. id)
    n = n - permits
  elseif record then
    leave(string.match(record, '^%d+') .. ':' .. id, id)
  else
    known = '-'
  end
  answer[i + 2] = finish(id, known) == '+' and 1 or 0
end
if n == 0 then e = 0 end
expire()
drain()
save()
answer[2] = e
return answer
`;
