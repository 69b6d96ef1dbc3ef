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
-- jobs {name, crawl, traceparent}..., URLs '<job's index> <ms to wait> <record, see host.lua>'...
local now, want, lease_ms, ahead = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local nonce, least, usual = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local most_open, usual_open = tonumber(ARGV[8]), tonumber(ARGV[9])
local horizon, expiry = now + ahead, now + lease_ms
local expiry_text = string.format('%d ', expiry)

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

-- The host's record. Tables for what most hosts lack are made when needed: this runs once for each URL.
local function read_host(key)
  local host = {n = 0, d = 0, f = 1, open = 0}
  local flat = redis.call('HGETALL', key)
  for i = 1, #flat, 2 do
    local field, value = flat[i], flat[i + 1]
    local kind = string.byte(field)
    if kind == 111 then -- o<token>
      local expiry, name = string.match(value, '^(%d+) (.*)$')
      expiry = tonumber(expiry)
      if expiry <= now then
        redis.call('HDEL', key, field)
      else
        host.open = host.open + 1
        host.of = host.of or {}
        host.of[name] = (host.of[name] or 0) + 1
        if not host.free_at or expiry < host.free_at then host.free_at = expiry end
      end
    elseif kind == 106 then -- j<user/job>
      host.own = host.own or {}
      host.own[string.sub(field, 2)] = tonumber(value)
    elseif kind == 114 then host.r = value
    elseif kind == 98 then host.b = value
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

-- Tries the job at the host. Returns an entry (and its record); or nil and when to look again; nil and nil
-- when it has nothing there; `full` when a place is missing.
local function try(host_name, host, name, job)
  if not job.open then return nil, nil, false end
  if host.open > 0 and (host.open >= math.min(most_open, math.max(usual_open, job.at_once))
      or (host.of[name] or 0) >= job.at_once) then
    return nil, host.free_at, true
  end
  local own = host.own and host.own[name]
  if own and own > horizon then return nil, own, false end
  return next_entry(job, host_name)
end

-- Goes through the turns: the user whose turn it is, and of its jobs the one whose turn it is; who is served
-- goes behind the others. Returns name, entry, record of the URL found; and changes `turns`.
-- host.later is when to look again, host.full whether a place was missing, host.dropped whether turns ended.
local function go_round(host_name, host, turns)
  local i = 1
  while turns[i] do
    local turn, k = turns[i], 1
    while turn[k] do
      local name = turn.user .. '/' .. turn[k]
      local entry, more, full = try(host_name, host, name, job_of(name))
      if entry then
        table.insert(turn, table.remove(turn, k))
        table.insert(turns, table.remove(turns, i))
        return name, entry, more
      elseif more then
        if not host.later or more < host.later then host.later = more end
        host.full = host.full or full
        k = k + 1
      else
        table.remove(turn, k)
        host.dropped = true
      end
    end
    if #turn == 0 then table.remove(turns, i) else i = i + 1 end
  end
end

-- Nothing of the host can be given out: writes what was learnt, and when the user looks again.
local function pass_by(key, host_name, host, via, turns)
  local text, mine = write_turns(turns), false
  if host.dropped and text == '' then
    redis.call('HDEL', key, 'r')
    redis.call('PEXPIRE', key, math.max(HOST_KEPT, host.n - now + HOST_KEPT))
  elseif host.dropped then redis.call('HSET', key, 'r', text) end
  if host.full and not host.b then redis.call('HSET', key, 'b', '1') end
  for _, turn in ipairs(turns) do mine = mine or turn.user == via end
  change(via, host_name, mine and host.later or nil)
end

-- Leases the URL and moves the host's next start. Returns the user served.
local function give_out(key, host_name, host, name, entry, record)
  local job = job_of(name)
  local wait = math.max(math.min(job.delay, math.max(usual, least)), host.d) * host.f
  local start = math.max(now, host.n)
  if host.own and host.own[name] and host.own[name] > start then start = host.own[name] end
  local after = math.ceil(math.max(host.n + wait, start + 0.95 * wait))
  local lease = nonce .. #urls
  redis.call('HSET', key, 'n', after, 'o' .. lease, expiry_text .. name)
  if job.delay > wait then redis.call('HSET', key, 'j' .. name, start + job.delay) end
  local page = string.match(entry, '^%d+')
  if job.count == 0 then
    replies[#replies + 1] = {name, job.crawl or '', job.trace or ''}
    job.index = #replies .. ' '
  end
  job.count = job.count + 1
  local losses = record and record.attempts .. ' ' .. record.losses .. ' 0 ' or '0 0 0 '
  local text = 'L ' .. lease .. ' ' .. losses .. host_name .. ' ' .. entry
  local taken = job.taken
  taken[#taken + 1] = page
  taken[#taken + 1] = text
  leases[#leases + 1] = expiry
  leases[#leases + 1] = name .. '/' .. page
  urls[#urls + 1] = job.index .. (start > now and start - now or 0) .. ' ' .. text
  return job.user, after
end

-- The only job that has turns at a host, or false. Most hosts of a job have the same turns.
local only = {}
local function only_name(turns)
  if not turns then return false end
  if only[turns] == nil then
    only[turns] = not string.find(turns, '[ ,]') and string.gsub(turns, ':', '/', 1)
  end
  return only[turns]
end

-- Gives one URL of the host out, or says when to look again. Returns the user served.
local function serve(host_name, via)
  local key = F .. 'host:' .. host_name
  local host = read_host(key)
  if host.n > horizon then return change(via, host_name, host.n) end
  local name = only_name(host.r)
  if name then -- the usual case: one user, one job
    local entry, more, full = try(host_name, host, name, job_of(name))
    if entry then
      local user, after = give_out(key, host_name, host, name, entry, more)
      change(via, host_name, user == via and after or nil)
      if user ~= via then change(user, host_name, after) end
      return user
    end
    host.later, host.full, host.dropped = more, full, not more
    return pass_by(key, host_name, host, via, more and read_turns(host.r) or {})
  end
  local turns, entry, record = read_turns(host.r), nil, nil
  name, entry, record = go_round(host_name, host, turns)
  if not name then return pass_by(key, host_name, host, via, turns) end
  local user, after = give_out(key, host_name, host, name, entry, record)
  redis.call('HSET', key, 'r', write_turns(turns))
  local mine = false
  for _, turn in ipairs(turns) do mine = mine or turn.user == via end
  change(via, host_name, mine and after or nil)
  if user ~= via then change(user, host_name, after) end
  return user
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
