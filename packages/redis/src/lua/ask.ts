/** Asks for places: each is granted, waits, or is refused. */
export const ask: string = `-- ARGV: capacity (after a "~" it counts only if none is known), lease, tokens in reserve, not after (0: never), channel, label, then for each request: id, permits,
-- priority, place (0: new), whether it joins.
local lease, range, late = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local channel, label = ARGV[5], ARGV[6]
if late > 0 and now > late then return { now, e, 'late' } end
local before = c
if tonumber(ARGV[1]) then
  c = tonumber(ARGV[1])
elseif c < 0 then
  c = tonumber(string.sub(ARGV[1], 2))
end
expire()
drain(c ~= before)
local counts = nil
local answer = { now, 0, 'ok' }
for i = 7, #ARGV, 5 do
  local id, permits, priority, place, joins = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local _, token, ends, length = hold(id)
  local waits = nil
  if not token and not ended(id) then
    local record = redis.call('HGET', W, id)
    if record then
      local rest
      waits, rest = string.match(record, '^(%d+ %d+) %d+ (.*)$')
      redis.call('HSET', W, id, waits .. ' ' .. text(now + lease) .. ' ' .. rest)
      waits = string.match(waits, '^%d+')
    else
      local head = redis.call('ZRANGE', Q, 0, 0, 'WITHSCORES')
      local first = string.format('%016.0f', tonumber(place) > 0 and tonumber(place) or tick()) .. ':' .. id
      local score = -tonumber(priority)
      local ahead = head[1] and (tonumber(head[2]) < score or (tonumber(head[2]) == score and head[1] < first))
      if not ahead and n + permits <= c then
        length = lease
        token, ends = book(id, permits, lease, range, channel, label)
      elseif joins == '1' then
        waits = string.sub(first, 1, 16)
        if not counts then counts = redis.call('PUBSUB', 'NUMSUB', channel)[2] > 0 and '1' or '0' end
        redis.call('ZADD', Q, score, first)
        redis.call('HSET', W, id, table.concat({ waits, text(permits), text(now + lease), text(lease), text(range), counts, priority, channel, label }, ' '))
        if redis.call('HLEN', W) == 1 then
          redis.call('PEXPIRE', Q, 90000000)
          redis.call('PEXPIRE', W, 90000000)
        end
      end
    end
  end
  local at = #answer
  if token then
    answer[at + 1], answer[at + 2], answer[at + 3], answer[at + 4] = 'granted', token, ends, length
  elseif waits then
    local rank = redis.call('ZRANK', Q, waits .. ':' .. id)
    answer[at + 1], answer[at + 2], answer[at + 3], answer[at + 4] = 'waiting', tonumber(waits), rank or 0, 0
  else
    answer[at + 1], answer[at + 2], answer[at + 3], answer[at + 4] = ended(id) and 'gone' or 'refused', 0, 0, 0
  end
end
save()
answer[2] = e
return answer
`;
