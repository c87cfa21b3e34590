/** The state of the lock, and what changes it. */
export const prelude: string = `local got = redis.call('HMGET', S, 'f', 'n', 'c', 'e', 'm', 'x', 'v')
if got[7] and tonumber(got[7]) > 1 then
  return redis.error_reply('VALVEKIT The keys belong to protocol ' .. got[7] .. ', and this client speaks 1: update @valvekit/redis')
end
local f, n, c = tonumber(got[1] or 0), tonumber(got[2] or 0), tonumber(got[3] or -1)
local e, m, x = tonumber(got[4] or 0), tonumber(got[5] or 0), tonumber(got[6] or 0)

local function tick()
  f = math.max(f + 1, now)
  return f
end

local function save()
  if now - x > HOUR or x > now then
    -- Rarely, so that it costs nothing: keys outlive their last use by a day.
    x = now
    local all = redis.call('HGETALL', S)
    for i = 1, #all, 2 do
      local at = string.sub(all[i], 1, 1) == 'd' and string.match(all[i + 1], '^%d+')
      if at and now - tonumber(at) > HOUR then redis.call('HDEL', S, all[i]) end
    end
    redis.call('HSET', S, 'f', f, 'n', n, 'c', c, 'e', e, 'm', now, 'x', x, 'v', '1')
    redis.call('PEXPIRE', S, 90000000)
    redis.call('PEXPIRE', Q, 90000000)
    redis.call('PEXPIRE', W, 90000000)
  else
    redis.call('HSET', S, 'f', f, 'n', n, 'c', c, 'e', e, 'm', now)
  end
end

-- How a request ended before: "+", or "-" if it was not known then. Otherwise nil.
local function ended(id)
  local client, number = string.match(id, '^([^:]*):(.*)$')
  local list = redis.call('HGET', S, 'd' .. client) or ''
  return string.match(list .. ' ', ' ([+-])' .. number .. ' '), client, number, list
end

local function finish(id, how)
  local known, client, number, list = ended(id)
  if known then return known end
  redis.call('HSET', S, 'd' .. client, text(now) .. recent(list) .. ' ' .. how .. number)
  return how
end

local function book(id, permits, length, range, channel, label)
  local token = tick()
  f = token + range
  n = n + permits
  local ends = now + length
  if e == 0 or ends < e then e = ends end
  redis.call('HSET', S, 'h' .. id,
    string.format('%.0f %.0f %.0f %.0f %.0f ', permits, token, ends, length, now) .. channel .. ' ' .. label)
  return token, ends
end

local function hold(id)
  local record = redis.call('HGET', S, 'h' .. id)
  if not record then return nil end
  local permits, token, ends, length, since, rest = string.match(record, '^(%d+) (%d+) (%d+) (%d+) (%d+) (.*)$')
  return tonumber(permits), tonumber(token), tonumber(ends), tonumber(length), since, rest
end

-- Ends the holds whose time is over. A hold that ends farther away than it is long shows that the clock went back.
local function expire()
  if e == 0 or (now < e and now >= m) then return end
  e = 0
  local all = redis.call('HGETALL', S)
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 1) == 'h' then
      local permits, token, ends, length, since, rest = string.match(all[i + 1], '^(%d+) (%d+) (%d+) (%d+) (%d+) (.*)$')
      local stop = tonumber(ends)
      if stop - now > tonumber(length) then
        stop = now + tonumber(length)
        redis.call('HSET', S, all[i], table.concat({ permits, token, text(stop), length, since, rest }, ' '))
      end
      if stop <= now then
        redis.call('HDEL', S, all[i])
        n = n - tonumber(permits)
        redis.call('PUBLISH', string.match(rest, '^%S+'), 'taken ' .. string.sub(all[i], 2) .. ' ' .. S)
      elseif e == 0 or stop < e then
        e = stop
      end
    end
  end
end

local function leave(member, id)
  redis.call('ZREM', Q, member)
  redis.call('HDEL', W, id)
end

-- Grants to the head of the line as long as its permits are free. Books first and tells then. Looks at the head even if
-- nothing is free, if the capacity has changed: the head may have become impossible.
local function drain(resized)
  while resized or n < c do
    local member = redis.call('ZRANGE', Q, 0, 0)[1]
    if not member then return end
    local id = string.sub(member, 18)
    local record = redis.call('HGET', W, id)
    if not record then
      redis.call('ZREM', Q, member)
    else
      local place, wants, alive, lease, range, counts, priority, channel, label =
        string.match(record, '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d) (%S+) (%S+) (.*)$')
      local permits = tonumber(wants)
      if tonumber(alive) - now > tonumber(lease) then
        -- The clock went back.
        alive = text(now + tonumber(lease))
        redis.call('HSET', W, id, table.concat({ place, wants, alive, lease, range, counts, priority, channel, label }, ' '))
      end
      -- Asked before anything is published. Only where the channel was seen to be counted: in a cluster it is not.
      if tonumber(alive) <= now or (counts == '1' and redis.call('PUBSUB', 'NUMSUB', channel)[2] == 0) then
        leave(member, id)
      elseif c > 0 and permits > c then
        leave(member, id)
        redis.call('PUBLISH', channel, 'refused ' .. id .. ' ' .. S .. ' ' .. text(c))
      elseif n + permits > c then
        return
      else
        leave(member, id)
        local length = math.min(tonumber(lease), 3000000)
        local token, ends = book(id, permits, length, tonumber(range), channel, label)
        redis.call('PUBLISH', channel, table.concat({ 'granted', id, S, text(token), text(ends), text(length), text(now) }, ' '))
      end
    end
  end
end
`;
