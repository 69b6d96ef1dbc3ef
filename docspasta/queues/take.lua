-- Takes due URLs: hosts by the user who holds the fewest leases, a host's turns round users and their jobs.
-- uses: host.lua
-- KEYS[1] {fNN}:due          zset  user -> when the first of its hosts is due, ms
-- KEYS[2] {fNN}:leases       zset  user/job/page -> expiry, ms
-- KEYS[3] {fNN}:held         hash  user -> leases
-- KEYS[4] {fNN}:installed    string '<identity> <made ms> <held until ms>'
-- KEYS[5] {fNN}:pages:bytes  hash  user/job -> bytes waiting
-- KEYS[6] {fNN}:stopped      string; its deletion rings the doorbell
-- also {fNN}:due:<user>, {fNN}:host:<host> and the jobs' state, queue:<host>, taken, again
-- ARGV[1] now_ms or ''   ARGV[2] URLs wanted, 0 when bodies wait beyond the bound   ARGV[3] lease, ms
-- ARGV[4] how far ahead of its time a start may be given out, ms   ARGV[5] nonce of the leases
-- ARGV[6] least delay, ms  ARGV[7] default delay, ms  ARGV[8] most at once  ARGV[9] default at once
-- ARGV[10] the shard's identity as last seen, or ''
-- Returns identity, ms until something is due (-1: nothing is), bytes waiting, 1 if leases ran out,
-- jobs {name, crawl, traceparent}..., URLs {job's index, host, entry, attempts, losses, lease, ms to wait}...
local now, want, lease_ms, ahead = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local nonce, least, usual = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local most_open, usual_open = tonumber(ARGV[8]), tonumber(ARGV[9])
local horizon = now + ahead

local waiting = 0
for _, bytes in ipairs(redis.call('HVALS', KEYS[5])) do waiting = waiting + bytes end
local held, identity = held_until(ARGV[10], usual)
local lapsed = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 1)[1] and 1 or 0
if not held then return {identity, -1, waiting, lapsed, {}, {}} end

local function wake()
  local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
  local expiry = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
  local at = first and math.max(tonumber(first), held)
  if expiry and (not at or tonumber(expiry) < at) then at = tonumber(expiry) end
  return at and math.max(0, math.ceil(at - now)) or -1
end

if want == 0 then
  redis.call('SET', KEYS[6], '1', 'PX', 60000)
  return {identity, wake(), waiting, lapsed, {}, {}}
end
if held > horizon then return {identity, wake(), waiting, lapsed, {}, {}} end

local jobs, replies, urls = {}, {}, {}
local leases, changes = {}, {}

local function job_of(name)
  local known = jobs[name]
  if known then return known end
  local prefix, user = keys_of(name)
  local fields = redis.call('HMGET', prefix .. 'state', 's', 'delay', 'open', 'crawl', 'trace')
  local delay, open = tonumber(fields[2] or '0'), tonumber(fields[3] or '0')
  known = {prefix = prefix, user = user, open = fields[1] == 'open', crawl = fields[4], trace = fields[5],
           delay = math.max(least, delay > 0 and delay or usual),
           at_once = math.min(most_open, open > 0 and open or usual_open), taken = {}, count = 0}
  jobs[name] = known
  return known
end

local function change(user, host, at)
  local of_user = changes[user]
  if not of_user then
    of_user = {add = {}, gone = {}}
    changes[user] = of_user
  end
  if at then
    of_user.add[#of_user.add + 1] = at
    of_user.add[#of_user.add + 1] = host
  else
    of_user.gone[#of_user.gone + 1] = host
  end
end

local function read_host(key)
  local host = {n = 0, d = 0, f = 1, open = 0, of = {}, own = {}, stale = {}, free_at = nil}
  local flat = redis.call('HGETALL', key)
  for i = 1, #flat, 2 do
    local field, value = flat[i], flat[i + 1]
    local kind = string.byte(field)
    if kind == 111 and #field > 1 then -- o<token>
      local expiry, name = string.match(value, '^(%d+) (.*)$')
      expiry = tonumber(expiry)
      if expiry <= now then
        host.stale[#host.stale + 1] = field
      else
        host.open = host.open + 1
        host.of[name] = (host.of[name] or 0) + 1
        if not host.free_at or expiry < host.free_at then host.free_at = expiry end
      end
    elseif kind == 106 then -- j<user/job>
      host.own[string.sub(field, 2)] = tonumber(value)
    elseif field == 'r' then host.r = value
    elseif field == 'b' then host.b = value
    else host[field] = tonumber(value) end
  end
  return host
end

-- The next entry of the job at the host: entry, record if it was taken before; or nil, when.
local function next_entry(job, host)
  local queue = job.prefix .. 'queue:' .. host
  while true do
    local popped = redis.call('ZPOPMIN', queue)
    local member, score = popped[1], tonumber(popped[2])
    if not member then return nil, nil end
    if score >= horizon + 1 then
      redis.call('ZADD', queue, score, member)
      return nil, score
    end
    if string.byte(member) ~= 33 then return member end
    local page = string.sub(member, 2)
    local record = read_record(redis.call('HGET', job.prefix .. 'again', page))
    redis.call('HDEL', job.prefix .. 'again', page)
    if record then return record.entry, record end
  end
end

-- Gives one URL of the host out, or says when to look again (nil: never).
local function serve(host_name, via)
  local key = F .. 'host:' .. host_name
  local host = read_host(key)
  if #host.stale > 0 then redis.call('HDEL', key, unpack(host.stale)) end
  local start = math.max(now, host.n)
  if start > horizon then return change(via, host_name, start) end
  local turns = read_turns(host.r)
  local later, dropped, served, parked = nil, false, nil, false
  local function at(when) if when and (not later or when < later) then later = when end end
  local i = 1
  while turns[i] and not served do
    local turn, k = turns[i], 1
    while turn[k] and not served do
      local name = turn.user .. '/' .. turn[k]
      local job = job_of(name)
      local allowed = math.min(most_open, math.max(usual_open, job.at_once))
      if not job.open then
        table.remove(turn, k)
        dropped = true
      elseif host.open >= allowed or (host.of[name] or 0) >= job.at_once then
        parked = true
        at(host.free_at)
        k = k + 1
      elseif (host.own[name] or 0) > horizon then
        at(host.own[name])
        k = k + 1
      else
        local entry, more = next_entry(job, host_name)
        if entry then
          served = {name = name, job = job, entry = entry, record = more}
          if #turn > 1 then table.insert(turn, table.remove(turn, k)) end
          if #turns > 1 then table.insert(turns, table.remove(turns, i)) end
        elseif more then
          at(more)
          k = k + 1
        else
          table.remove(turn, k)
          dropped = true
        end
      end
    end
    if #turn == 0 then table.remove(turns, i) elseif not served then i = i + 1 end
  end

  local function has_turn(user)
    for _, turn in ipairs(turns) do if turn.user == user then return true end end
    return false
  end
  local text = write_turns(turns)
  if not served then
    if dropped then
      if text == '' then
        redis.call('HDEL', key, 'r')
        redis.call('PEXPIRE', key, math.max(HOST_KEPT, host.n - now + HOST_KEPT))
      else redis.call('HSET', key, 'r', text) end
    end
    if parked and not host.b then redis.call('HSET', key, 'b', '1') end
    return change(via, host_name, has_turn(via) and later or nil)
  end

  local job, record = served.job, served.record
  local wait = math.max(math.min(job.delay, math.max(usual, least)), host.d) * host.f
  start = math.max(start, host.own[served.name] or 0)
  local after = math.ceil(math.max(host.n + wait, start + 0.95 * wait))
  local lease = nonce .. '.' .. #urls
  local expiry = now + lease_ms
  local fields = {'n', after, 'o' .. lease, expiry .. ' ' .. served.name}
  if text ~= host.r then
    fields[#fields + 1] = 'r'
    fields[#fields + 1] = text
  end
  if job.delay > wait then
    fields[#fields + 1] = 'j' .. served.name
    fields[#fields + 1] = start + job.delay
  end
  redis.call('HSET', key, unpack(fields))
  change(via, host_name, has_turn(via) and after or nil)
  if job.user ~= via then change(job.user, host_name, after) end

  local attempts, losses = record and record.attempts or 0, record and record.losses or 0
  local page = string.match(served.entry, '^%d+')
  if job.count == 0 then
    replies[#replies + 1] = {served.name, job.crawl or '', job.trace or ''}
    job.index = #replies
  end
  job.count = job.count + 1
  job.taken[#job.taken + 1] = page
  job.taken[#job.taken + 1] = 'L ' .. lease .. ' ' .. attempts .. ' ' .. losses .. ' 0 ' .. host_name .. ' ' .. served.entry
  leases[#leases + 1] = expiry
  leases[#leases + 1] = served.name .. '/' .. page
  urls[#urls + 1] = {job.index, host_name, served.entry, attempts, losses, lease, math.max(0, start - now)}
  return job.user
end

-- Users with something due, the one with the fewest leases first.
local users = {}
local names = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', horizon, 'LIMIT', 0, 64)
if #names > 0 then
  local counts = redis.call('HMGET', KEYS[3], unpack(names))
  for i, name in ipairs(names) do
    users[i] = {name = name, held = tonumber(counts[i] or '0'), hosts = {}, at = 0, from = 0}
  end
  table.sort(users, function(a, b) return a.held < b.held end)
end
local by_name = {}
for _, user in ipairs(users) do by_name[user.name] = user end

-- The user's next due host. Changes are written at the end, so positions stand still.
local function next_host(user)
  user.at = user.at + 1
  if not user.hosts[user.at] then
    user.hosts = redis.call('ZRANGEBYSCORE', F .. 'due:' .. user.name, '-inf', horizon, 'LIMIT', user.from, want)
    user.from, user.at = user.from + #user.hosts, 1
  end
  return user.hosts[user.at]
end

local function sink(list) -- the first user holds one lease more: back to its place
  local i = 1
  while list[i + 1] and list[i + 1].held <= list[i].held do
    list[i], list[i + 1] = list[i + 1], list[i]
    i = i + 1
  end
end

local looks = 2 * want + 64
while #urls < want and #users > 0 and looks > 0 do
  looks = looks - 1
  local user = users[1]
  local host = next_host(user)
  if host then
    local served = serve(host, user.name)
    if served then
      local charged = by_name[served]
      if charged then charged.held = charged.held + 1 end
      if served == user.name then sink(users)
      else table.sort(users, function(a, b) return a.held < b.held end) end
    end
  else
    table.remove(users, 1)
    changes[user.name] = changes[user.name] or {add = {}, gone = {}}
  end
end

for name, job in pairs(jobs) do
  if job.count > 0 then
    redis.call('HSET', job.prefix .. 'taken', unpack(job.taken))
    redis.call('HINCRBY', KEYS[3], job.user, job.count)
  end
end
if #leases > 0 then redis.call('ZADD', KEYS[2], unpack(leases)) end
for user, of_user in pairs(changes) do
  if #of_user.add > 0 then redis.call('ZADD', F .. 'due:' .. user, unpack(of_user.add)) end
  if #of_user.gone > 0 then redis.call('ZREM', F .. 'due:' .. user, unpack(of_user.gone)) end
  due_user(user)
end
return {identity, wake(), waiting, lapsed, replies, urls}
