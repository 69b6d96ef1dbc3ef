-- What one shard could give out this moment, and how long its oldest result has waited: for metrics. Reads only.
-- uses: host.lua
-- KEYS[1] {fNN}:due           zset  user -> when the first of its hosts is due, ms
-- KEYS[2] {fNN}:pages         zset  user -> turn, ms
-- KEYS[3] {fNN}:pages:bytes   hash  user/job -> bytes waiting
-- also {fNN}:due:<user>, {fNN}:pace:<host>, {fNN}:pages:<user> and the jobs' state, queue:<host>, waiting
-- ARGV[1] now_ms or ''  ARGV[2] requests at once to a host, at most  ARGV[3] hosts looked at, at most
-- Returns URLs that could be taken now, bytes waiting, ms that the oldest waiting page has waited.
local now, slots, looks = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local waiting, due_urls, since = 0, 0, now
for _, bytes in ipairs(redis.call('HVALS', KEYS[3])) do waiting = waiting + bytes end

-- Requests that may still start at a host that is due, its turns, and how many URLs of each job are leased there.
local function free_slots(host)
  local record = read_host(redis.call('GET', F .. 'pace:' .. host))
  if record.next > now then return 0, '', {} end
  local open, leased = open_requests(record, now, function() end)
  return math.max(0, slots - open), record.turns, leased
end

-- Queued URLs of a host that are due, up to `free`, over all of its jobs.
local function queued_at(host, turns, leased, free)
  local found = 0
  for _, turn in ipairs(read_turns(turns)) do
    for _, job in ipairs(turn) do
      if found >= free then return free end
      local name = turn.user .. '/' .. job
      local prefix = keys_of(name)
      if redis.call('HGET', prefix .. 'state', 's') == 'open' then
        local queued = redis.call('ZCOUNT', prefix .. 'queue:' .. host, '-inf', now + 1)
        found = found + math.max(0, queued - (leased[name] or 0))
      end
    end
  end
  return math.min(found, free)
end

-- A host that is full because its pace is used up counts once a start: pace bounds what a crawler can do.
local seen = {}
for _, user in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 256)) do
  for _, host in ipairs(redis.call('ZRANGEBYSCORE', F .. 'due:' .. user, '-inf', now, 'LIMIT', 0, looks)) do
    if looks > 0 and not seen[host] then
      seen[host], looks = true, looks - 1
      local free, turns, leased = free_slots(host)
      if free > 0 then due_urls = due_urls + queued_at(host, turns, leased, free) end
    end
  end
end

for _, user in ipairs(redis.call('ZRANGE', KEYS[2], 0, 63)) do
  for _, job in ipairs(redis.call('ZRANGE', F .. 'pages:' .. user, 0, 15)) do
    local first = redis.call('ZRANGE', keys_of(user .. '/' .. job) .. 'waiting', 0, 0, 'WITHSCORES')[2]
    if first and tonumber(first) < since then since = tonumber(first) end
  end
end
return {due_urls, waiting, math.floor(now - since)}
