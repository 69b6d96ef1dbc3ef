-- Fragment, put before a step that says `-- uses: host.lua`. Not a step of its own.
-- What every step knows: the shard's keys, the clock, and a host's record, turns and due time.
--
-- A host's record `{fNN}:host:<host>` is one hash: n next start (ms), d Crawl-delay (ms), f factor of its
-- delay, b parked ('1': nobody may start; '2': somebody waits in a start token), r whose turn it is,
-- o<token> = '<expiry ms> <user/job>' one request that is open, j<user/job> = a gentler job's next start.
-- `r` reads 'user:job,job user:job': the first user's first job is next.
-- Due times are lower bounds: a start moves one host of one user, and who looks too early moves on.
local F = string.match(KEYS[1], '{f%d+}:')
local WORK, PAGES = 'docspasta:work', 'docspasta:pages'
local HOST_KEPT = 3600000

local function clock(text)
  if text ~= '' then return tonumber(text) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function keys_of(name)
  local user, job = string.match(name, '^([^/]+)/(.+)$')
  return 'user:' .. user .. ':job:' .. job .. ':' .. F, user, job
end

local function read_turns(text)
  local turns = {}
  for user, jobs in string.gmatch(text or '', '([^ :]+):([^ ]+)') do
    local turn = {user = user}
    for job in string.gmatch(jobs, '[^,]+') do turn[#turn + 1] = job end
    turns[#turns + 1] = turn
  end
  return turns
end

local function write_turns(turns)
  local texts = {}
  for i, turn in ipairs(turns) do texts[i] = turn.user .. ':' .. table.concat(turn, ',') end
  return table.concat(texts, ' ')
end

local function join_turns(turns, user, job)
  for _, turn in ipairs(turns) do
    if turn.user == user then
      for _, other in ipairs(turn) do if other == job then return false end end
      turn[#turn + 1] = job
      return true
    end
  end
  turns[#turns + 1] = {user = user, job}
  return true
end

-- Whether the user's host is due earlier than it was.
local function due(user, host, at)
  if redis.call('ZADD', F .. 'due:' .. user, 'LT', 'CH', at, host) == 0 then return false end
  redis.call('ZADD', F .. 'due', 'LT', at, user)
  return true
end

-- Sets a user's due time to that of the first of its hosts.
local function due_user(user)
  local first = redis.call('ZRANGE', F .. 'due:' .. user, 0, 0, 'WITHSCORES')
  if first[2] then redis.call('ZADD', F .. 'due', first[2], user)
  else redis.call('ZREM', F .. 'due', user) end
end

-- The job has something to fetch from the host at `at`: it gets turns there. Whether that is news.
local function arm(host, name, at)
  local _, user, job = keys_of(name)
  local key = F .. 'host:' .. host
  local record = redis.call('HMGET', key, 'n', 'r')
  if record[2] ~= user .. ':' .. job then
    local turns = read_turns(record[2])
    if join_turns(turns, user, job) then
      redis.call('HSET', key, 'r', write_turns(turns))
      redis.call('PERSIST', key)
    end
  end
  return due(user, host, math.max(at, tonumber(record[1] or '0')))
end

-- A request to the host ended: its place is free. If nobody could start there for want of a place: when
-- somebody can (ms), else nil. The caller has a free hand and need not be rung; who waits for a start token is.
local function leave(host, token, now)
  local key = F .. 'host:' .. host
  redis.call('HDEL', key, 'o' .. token)
  local record = redis.call('HMGET', key, 'b', 'n', 'r')
  if not record[1] then return nil end
  redis.call('HDEL', key, 'b')
  local at = math.max(now, tonumber(record[2] or '0'))
  for _, turn in ipairs(read_turns(record[3])) do due(turn.user, host, at) end
  if record[1] == '2' then redis.call('PUBLISH', WORK, F) end
  return at
end

-- Until when nothing may start in this shard: its paces were lost with the Redis before. nil: no shard yet.
-- `seen` is the shard's identity that the caller knew; another one means that Redis was emptied since.
local function held_until(seen, delay)
  local marker = redis.call('GET', F .. 'installed')
  if not marker then return nil, '' end
  local id, made, hold = string.match(marker, '^(%S+) (%S+) (%S+)$')
  if seen ~= '' and seen ~= id and tonumber(hold) < made + 30000 + delay then
    hold = made + 30000 + delay
    redis.call('SET', F .. 'installed', id .. ' ' .. made .. ' ' .. hold)
  end
  return tonumber(hold), id
end

-- A record of `taken` or `again`: '<state> <lease> <attempts> <losses> <bytes> <host> <entry>'.
-- States: L leased by a crawler, W fetched and waiting, P leased by a processor, R to be taken again.
local function read_record(text)
  if not text then return nil end
  local state, lease, attempts, losses, bytes, host, entry =
    string.match(text, '^(%a) (%S+) (%d+) (%d+) (%d+) (%S+) (.*)$')
  return {state = state, lease = lease, attempts = tonumber(attempts), losses = tonumber(losses),
          bytes = tonumber(bytes), host = host, entry = entry}
end

local function write_record(r)
  return table.concat({r.state, r.lease, r.attempts, r.losses, r.bytes, r.host, r.entry}, ' ')
end

-- One lease less (or more) for the user: who holds the fewest is served first.
local function hold_leases(user, change)
  if redis.call('HINCRBY', F .. 'held', user, change) <= 0 then redis.call('HDEL', F .. 'held', user) end
end

-- A URL that was taken goes back into its queue.
local function queue_again(name, page, record, at)
  local prefix = keys_of(name)
  record.state, record.lease, record.bytes = 'R', '-', 0
  redis.call('HDEL', prefix .. 'taken', page)
  redis.call('HSET', prefix .. 'again', page, write_record(record))
  redis.call('ZADD', prefix .. 'queue:' .. record.host, at, '!' .. page)
  return arm(record.host, name, at)
end

-- A page waits for a processor: its job and its user get turns there.
local function wait_page(name, page, now)
  local prefix, user, job = keys_of(name)
  redis.call('ZADD', prefix .. 'waiting', 'NX', now, page)
  redis.call('ZADD', F .. 'pages:' .. user, 'NX', now, job)
  redis.call('ZADD', F .. 'pages', 'NX', now, user)
end

-- A result goes into the pages queue; `bytes` bounds what waits.
local function put_page(name, page, record, body, now)
  local prefix = keys_of(name)
  record.state, record.lease, record.losses, record.bytes = 'W', '-', 0, #body + 256
  redis.call('HSET', prefix .. 'bodies', page, body)
  redis.call('HSET', prefix .. 'taken', page, write_record(record))
  redis.call('HINCRBY', F .. 'pages:bytes', name, record.bytes)
  wait_page(name, page, now)
  redis.call('PUBLISH', PAGES, F)
end

-- A site that answers badly is asked less often, one that answers well sooner again.
local function change_factor(host, by)
  local key = F .. 'host:' .. host
  local factor = tonumber(redis.call('HGET', key, 'f') or '1')
  if by < 1 and factor == 1 then return end
  factor = math.min(64, factor * by)
  if factor <= 1 then redis.call('HDEL', key, 'f') else redis.call('HSET', key, 'f', factor) end
end
