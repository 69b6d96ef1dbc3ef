-- Takes fetched pages for a processor: users take turns, then their jobs; a job's pages come together.
-- uses: shard.lua
-- KEYS[1] {fNN}:pages         zset  user -> turn, ms
-- KEYS[2] {fNN}:pages:leases  zset  user/job/page -> expiry, ms
-- also {fNN}:pages:<user>, {fNN}:pages:bytes and the jobs' state, waiting, taken, bodies
-- ARGV[1] now_ms or ''  ARGV[2] pages at most  ARGV[3] bytes at most (one page comes anyway)
-- ARGV[4] lease, ms  ARGV[5] nonce of the leases  ARGV[6] losses after which a page comes alone
-- Returns {user/job, host, entry, lease, losses, result, traceparent} of each.
local now, want, room = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local expiry, alone = now + tonumber(ARGV[4]), tonumber(ARGV[6])
local pages, stop = {}, false

local function served(user, job, waiting)
  local last = tonumber(call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])
  local at = math.max(now, last) + 1 / 1024 -- behind everybody
  if call('EXISTS', waiting) == 1 then call('ZADD', F .. 'pages:' .. user, at, job)
  else call('ZREM', F .. 'pages:' .. user, job) end
  if call('EXISTS', F .. 'pages:' .. user) == 1 then call('ZADD', KEYS[1], at, user)
  else call('ZREM', KEYS[1], user) end
end

local function forget(prefix, name, page, bytes)
  call('HDEL', prefix .. 'taken', page)
  if call('HINCRBY', F .. 'pages:bytes', name, -bytes) <= 0 then
    call('HDEL', F .. 'pages:bytes', name)
  end
end

-- Of the job's first waiting pages: those that there is room for (page, losses, bytes, host, entry of each),
-- and all that wait no longer: these, and what nothing is known of. Sets `stop` at what finds no room, `last` at
-- what must come alone.
local last = false
local function choose(prefix, waiting)
  local chosen, gone = {}, {}
  local first = call('ZRANGE', waiting, 0, want - #pages - 1)
  if not first[1] then return chosen, gone end
  for i, record in ipairs(call('HMGET', prefix .. 'taken', unpack(first))) do
    local losses, bytes, host, entry = string.match(record or '', '^W %S+ (%d+) (%d+) (%S+) (.*)$')
    if losses then
      bytes, losses = tonumber(bytes), tonumber(losses)
      stop = (#pages > 0 or #chosen > 0) and (bytes > room or losses >= alone)
      if stop then break end
      room = room - bytes
      chosen[#chosen + 1] = {first[i], losses, bytes, host, entry}
      last = losses >= alone
    end
    gone[#gone + 1] = first[i]
    if last then break end
  end
  return chosen, gone
end

-- Leases the chosen pages, and forgets those whose result is lost.
local function lease(name, prefix, chosen)
  local ids, taken, leases = {}, {}, {}
  for i, one in ipairs(chosen) do ids[i] = one[1] end
  local results = call('HMGET', prefix .. 'bodies', unpack(ids))
  local trace = call('HGET', prefix .. 'state', 'trace') or ''
  for i, one in ipairs(chosen) do
    local page, losses, bytes, host, entry = unpack(one)
    if results[i] then
      local token, at = ARGV[5] .. '.' .. #pages, #taken
      taken[at + 1] = page
      taken[at + 2] = table.concat({'P', token, losses, bytes, host, entry}, ' ')
      leases[at + 1], leases[at + 2] = expiry, name .. '/' .. page
      pages[#pages + 1] = {name, host, entry, token, losses, results[i], trace}
    else
      room = room + bytes
      forget(prefix, name, page, bytes)
    end
  end
  if #taken == 0 then return end
  call('HSET', prefix .. 'taken', unpack(taken))
  call('ZADD', KEYS[2], unpack(leases))
end

-- As many pages of one job as there is room for. Whether it had its turn.
local function from_job(name)
  local prefix = keys_of(name)
  local waiting = prefix .. 'waiting'
  while #pages < want and not last do
    local chosen, gone = choose(prefix, waiting)
    if #gone > 0 then call('ZREM', waiting, unpack(gone)) end
    if #chosen > 0 then lease(name, prefix, chosen) end
    if stop and #pages > 0 then return false end
    stop = false -- what was chosen before it had lost its result
    if #gone == 0 then break end
  end
  stop = last
  return true
end

while #pages < want and room > 0 and not stop do
  local user = call('ZRANGE', KEYS[1], 0, 0)[1]
  if not user then break end
  local job = call('ZRANGE', F .. 'pages:' .. user, 0, 0)[1]
  if not job then call('ZREM', KEYS[1], user)
  else
    local name = user .. '/' .. job
    if from_job(name) then served(user, job, keys_of(name) .. 'waiting') end
  end
end
return pages
