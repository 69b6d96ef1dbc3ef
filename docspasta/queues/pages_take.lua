-- Takes fetched pages for a processor: users take turns, then their jobs; a job's pages stand together.
-- uses: host.lua
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
  local last = tonumber(redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])
  local at = math.max(now, last) + 1 / 1024 -- behind everybody
  if redis.call('EXISTS', waiting) == 1 then redis.call('ZADD', F .. 'pages:' .. user, at, job)
  else redis.call('ZREM', F .. 'pages:' .. user, job) end
  if redis.call('EXISTS', F .. 'pages:' .. user) == 1 then redis.call('ZADD', KEYS[1], at, user)
  else redis.call('ZREM', KEYS[1], user) end
end

local function forget(prefix, name, page, record)
  redis.call('HDEL', prefix .. 'taken', page)
  if redis.call('HINCRBY', F .. 'pages:bytes', name, -record.bytes) <= 0 then
    redis.call('HDEL', F .. 'pages:bytes', name)
  end
end

-- As many pages of one job as there is room for.
local function from_job(name)
  local prefix = keys_of(name)
  local waiting = prefix .. 'waiting'
  local trace = redis.call('HGET', prefix .. 'state', 'trace') or ''
  while #pages < want do
    local popped = redis.call('ZPOPMIN', waiting)
    local page = popped[1]
    if not page then break end
    local record = read_record(redis.call('HGET', prefix .. 'taken', page))
    if record and record.state == 'W' then
      if #pages > 0 and (record.bytes > room or record.losses >= alone) then
        redis.call('ZADD', waiting, popped[2], page)
        stop = true
        return false
      end
      local result = redis.call('HGET', prefix .. 'bodies', page)
      if result then
        room = room - record.bytes
        record.state, record.lease = 'P', ARGV[5] .. '.' .. #pages
        redis.call('HSET', prefix .. 'taken', page, write_record(record))
        redis.call('ZADD', KEYS[2], expiry, name .. '/' .. page)
        pages[#pages + 1] = {name, record.host, record.entry, record.lease, record.losses, result, trace}
        if record.losses >= alone then
          stop = true
          break
        end
      else forget(prefix, name, page, record) end
    end
  end
  return true
end

while #pages < want and room > 0 and not stop do
  local user = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
  if not user then break end
  local job = redis.call('ZRANGE', F .. 'pages:' .. user, 0, 0)[1]
  if not job then redis.call('ZREM', KEYS[1], user)
  else
    local name = user .. '/' .. job
    if from_job(name) then served(user, job, keys_of(name) .. 'waiting') end
  end
end
return pages
