-- Takes due URLs: hosts by the user who holds the fewest leases, a host's turns round users and their jobs.
-- uses: host.lua
-- KEYS[1] {fNN}:due          zset  user -> when the first of its hosts is due, ms
-- KEYS[2] {fNN}:held         hash  user -> leases
-- KEYS[3] {fNN}:installed    string '<identity> <made ms> <held until ms>'
-- KEYS[4] {fNN}:pages:bytes  hash  user/job -> bytes waiting
-- KEYS[5] {fNN}:stopped      string; its deletion rings the doorbell
-- also {fNN}:due:<user>, {fNN}:pace:<host>, {fNN}:pages and the jobs' state, queue:<host>, tries, taken, bodies
-- ARGV[1] now_ms or ''   ARGV[2] URLs wanted, 0 when bodies wait beyond the bound   ARGV[3] lease, ms
-- ARGV[4] how far ahead of its time a start may be given out, ms   ARGV[5] nonce of the leases
-- ARGV[6] least delay, ms  ARGV[7] default delay, ms  ARGV[8] most at once  ARGV[9] default at once
-- ARGV[10] the shard's identity as last seen, or ''
-- ARGV[11] losses allowed  ARGV[12] the result `worker_lost`, packed
-- Returns identity, ms until something is due (-1: nothing is), bytes waiting, jobs {name, crawl, traceparent}...,
-- URLs: job's index, ms to wait, host, entry of each (its lease is '<nonce><job's index>.<page>'), and of those
-- that were tried before: position (from 0), '<attempts> <losses>'.
local now, want, lease_ms, ahead = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local nonce, least, usual = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local most_open, usual_open = tonumber(ARGV[8]), tonumber(ARGV[9])
local losses_allowed, worker_lost = tonumber(ARGV[11]), ARGV[12]
local horizon, expires = now + ahead, now + lease_ms
local expiry = string.format('%d', expires)
local byte, match = string.byte, string.match

local waiting = 0
for _, bytes in ipairs(call('HVALS', KEYS[4])) do waiting = waiting + bytes end
local held, identity = held_until(ARGV[10], usual)
if not held then return {identity, -1, waiting, {}, {}, {}} end

local function wake()
  local first = call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
  return first and math.max(0, math.ceil(math.max(tonumber(first), held) - now)) or -1
end

if want == 0 then
  call('SET', KEYS[5], '1', 'PX', 60000)
  return {identity, wake(), waiting, {}, {}, {}}
end
if held > horizon then return {identity, wake(), waiting, {}, {}, {}} end

local jobs, replies, urls, tried, changes = {}, {}, {}, {}, {}
local count = 0 -- URLs given out; lengths are counted here, for Lua looks for the end of a table each time
local paces, saved = {}, {} -- hosts' records as this step read them, or changed them; those it changed

local function job_of(name)
  local known = jobs[name]
  if known then return known end
  local prefix, user = keys_of(name)
  local fields = call('HMGET', prefix .. 'state', 's', 'delay', 'open', 'crawl', 'trace')
  local delay, open = tonumber(fields[2] or '0'), tonumber(fields[3] or '0')
  known = {user = user, prefix = prefix, open = fields[1] == 'open', crawl = fields[4], trace = fields[5],
           queue = prefix .. 'queue:', tries = prefix .. 'tries', tried = call('EXISTS', prefix .. 'tries') == 1,
           delay = math.max(least, delay > 0 and delay or usual),
           at_once = math.min(most_open, open > 0 and open or usual_open), count = 0,
           name = name, member = ' ' .. name .. '/', request = ' ' .. expiry .. ' ' .. name .. '/'}
  known.wait = math.min(known.delay, math.max(usual, least))
  known.places = math.min(most_open, math.max(usual_open, known.at_once), known.at_once)
  known.more = known.wait <= ahead and math.min(want, known.places) - 1 or 0 -- starts at one host in one step
  jobs[name] = known
  return known
end

local function change(user, host, at)
  local of_user = changes[user]
  if not of_user then
    of_user = {add = {}, added = 0, gone = {}}
    changes[user] = of_user
  end
  if at then
    local n = of_user.added
    of_user.add[n + 1], of_user.add[n + 2], of_user.added = at, host, n + 2
  else
    of_user.gone[#of_user.gone + 1] = host
  end
end

-- The URL was lost too often: it fails, and somebody else may be lucky.
local function give_up(job, host_name, page, entry)
  unqueue(job.prefix, host_name, page, entry)
  put_page(job.name, page, host_name, entry, worker_lost, now)
end

-- The job's next URL at the host: its entry, its page and what its record of `tries` says; or nil and when, nil and
-- nil when nothing is queued there. `host` is nil when no request is open; else at most `leased` of them are the
-- job's own, whose URLs stand in the queue as well. What else was read is kept for the host's next start.
local function next_entry(job, host_name, host, leased)
  local kept = host and host.queued
  local queued = kept or call('ZRANGE', job.queue .. host_name, 0, host and leased + job.more or 0, 'WITHSCORES')
  for i = kept and host.seen or 1, #queued, 2 do
    local entry = queued[i]
    local page = match(entry, '^%d+')
    if not host or not find(host.open, job.member .. page .. ';', 1, true) then
      local score = tonumber(queued[i + 1])
      if score >= horizon + 1 then return nil, host and host.free_at and math.min(host.free_at, score) or score end
      local tries = job.tried and call('HGET', job.tries, page) or nil
      local _, losses = read_tries(tries)
      if losses < losses_allowed then
        if host and job.more > 0 then host.queued, host.seen = queued, i + 2 end
        return entry, page, tries
      end
      give_up(job, host_name, page, entry)
      if host then host.queued = nil end
      return next_entry(job, host_name, host, leased)
    end
  end
  return nil, queued[1] and host and host.free_at
end

-- Tries the job at the host. Returns an entry, its page and tries; or nil and when to look again; nil and nil
-- when it has nothing there; `full` when a place is missing.
local function try(host_name, host, name, job)
  if not job.open then return nil, nil, false end
  if host.count > 0 and (host.count >= math.min(most_open, math.max(usual_open, job.at_once))
      or (host.of[name] or 0) >= job.at_once) then
    return nil, host.free_at, true
  end
  local own = host.own and host.own[name]
  if own and own > horizon then return nil, own, false end
  return next_entry(job, host_name, host, host.of[name] or 0)
end

-- Goes through the turns: the user whose turn it is, and of its jobs the one whose turn it is; who is served
-- goes behind the others. Returns name, entry, page, tries of the URL found; and changes `turns`.
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
        return name, entry, more, full
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

-- Nothing of the host can be given out: notes what was learnt, and when the user looks again.
local function pass_by(host_name, host, via, turns)
  local mine, parked = false, host.full and not host.b
  if parked then host.b = '1' end
  if host.dropped then host.r = write_turns(turns) end
  if parked or host.dropped or host.lapsed then
    paces[host_name], saved[host_name] = write_host(host), host.r ~= '' or nil
    if host.r == '' then save_host(F .. 'pace:' .. host_name, host, now) end
  end
  for _, turn in ipairs(turns) do mine = mine or turn.user == via end
  change(via, host_name, mine and host.later or nil)
end

-- Leases the URL: the open request that is its lease.
local function give_out(job, host_name, entry, page, tries, start)
  if job.count == 0 then
    replies[#replies + 1] = {job.name, job.crawl or '', job.trace or ''}
    job.index, job.nonce = #replies, nonce .. #replies .. '.'
  end
  if tries then tried[#tried + 1], tried[#tried + 2] = count, tries end
  local at = 4 * count
  urls[at + 1], urls[at + 2] = job.index, start > now and math.ceil(start - now) or 0
  urls[at + 3], urls[at + 4] = host_name, entry
  count, job.count = count + 1, job.count + 1
  return job.nonce .. page .. job.request .. page .. ';'
end

-- Leases the URL and moves the next start of a host that may have wishes, or others' requests open.
local function start_at(host_name, host, name, entry, page, tries)
  local job = job_of(name)
  local wait = math.max(job.wait, host.d) * host.f
  local start = math.max(now, host.n)
  if host.own and host.own[name] and host.own[name] > start then start = host.own[name] end
  host.n = math.ceil(math.max(host.n + wait, start + 0.95 * wait))
  if job.delay > wait then
    host.own = host.own or {}
    host.own[name] = start + job.delay
  end
  host.open = host.open .. give_out(job, host_name, entry, page, tries, start)
  saved[host_name], paces[host_name] = true, write_host(host)
  return job.user, host.n
end

-- The only job that has turns at a host, if it is the user's, open, and no gentler than the host; or false.
-- `turns` is '|<turns>|'; most hosts of a job have the same.
local only = {}
local function only_job(turns, via)
  local job = only[turns]
  if job == nil then
    local user, id = string.match(turns, '^|([^:, |]+):([^:, |]+)|$')
    job = user == via and job_of(user .. '/' .. id)
    if job and (not job.open or job.delay > job.wait) then job = false end
    if job then job.turns = turns end
    only[turns] = job
  end
  return job
end

-- A host with open requests: how many, and when the first may end; or nil when one has ended.
local function read_open(open)
  local host = {open = open, count = 0}
  for text in string.gmatch(open, ' (%d+) ') do
    local at = tonumber(text)
    if at <= now then return nil end
    host.count = host.count + 1
    if not host.free_at or at < host.free_at then host.free_at = at end
  end
  return host
end

local texts_of = {} -- most next starts of a step are the same
local function padded(n)
  local text = texts_of[n]
  if not text then
    text = string.format('%013d', n)
    texts_of[n] = text
  end
  return text
end

-- The usual host: one job, no wishes, a place that is free; `host` is nil when no request is open. Returns the user
-- served and the next start; or nil and when to look again.
local begun = {} -- such hosts that may start again in this step
local function serve_usual(host_name, n, job, host)
  local entry, page, tries = next_entry(job, host_name, host, host and host.count or 0)
  if not entry then return nil, page end
  local wait = job.wait
  local start = n > now and n or now
  local after = start + 0.95 * wait
  if n + wait > after then after = n + wait end
  after = after + -after % 1 -- rounded up
  local open = give_out(job, host_name, entry, page, tries, start)
  if host then
    open = host.open .. open
    host.open, host.count, host.free_at = open, host.count + 1, math.min(host.free_at, expires)
    begun[host_name] = host
  end
  paces[host_name], saved[host_name] = padded(after) .. job.turns .. open .. '|', true
  return job.user, after
end

-- Gives one URL of a host with several turns, lapsed requests or wishes out.
local function serve_any(host_name, text, via)
  local host = read_host(text)
  begun[host_name] = nil
  host.count, host.of, host.free_at = open_requests(host, now, function(what)
    lapse(what)
    host.lapsed = true
    local job = jobs[job_of_lease(what)]
    if job then job.tried = true end
  end)
  local turns = read_turns(host.r)
  local name, entry, page, tries = go_round(host_name, host, turns)
  if not name then return pass_by(host_name, host, via, turns) end
  host.r = write_turns(turns)
  local user, after = start_at(host_name, host, name, entry, page, tries)
  local mine = false
  for _, turn in ipairs(turns) do mine = mine or turn.user == via end
  change(via, host_name, mine and after or nil)
  if user ~= via then change(user, host_name, after) end
  return user, after
end

-- Gives one URL of the host out, or says when to look again. Returns the user served and the next start.
local function serve(host_name, via)
  local text = paces[host_name]
  local n = text and tonumber(sub(text, 1, 13)) or 0
  if n > horizon then return change(via, host_name, n) end
  if text and byte(text, -1) == 124 then
    local turns_end = find(text, '|', 15, true)
    local job, idle = only_job(sub(text, 14, turns_end), via), turns_end + 1 == #text
    local host = job and not idle and (begun[host_name] or read_open(sub(text, turns_end + 1, -2))) or nil
    if job and (idle or host and host.count < job.places) then
      local user, after = serve_usual(host_name, n, job, host)
      change(via, host_name, after) -- with nothing left it is no longer due; its turns stay for the job's next link
      return user, after
    end
  end
  return serve_any(host_name, text, via)
end

-- Users with something due, the one with the fewest leases first.
local users = {}
local names = call('ZRANGEBYSCORE', KEYS[1], '-inf', horizon, 'LIMIT', 0, 64)
if #names > 0 then
  local counts = call('HMGET', KEYS[2], unpack(names))
  for i, name in ipairs(names) do
    users[i] = {name = name, held = tonumber(counts[i] or '0'), hosts = {}, at = 0, from = 0, more = {}}
  end
  table.sort(users, function(a, b) return a.held < b.held end)
end
local by_name = {}
for _, user in ipairs(users) do by_name[user.name] = user end

-- Reads the records of hosts that this step has not seen yet.
local key_of = {}
local function read_paces(hosts)
  local keys, names = {}, {}
  for _, host in ipairs(hosts) do
    if not key_of[host] then
      local key = F .. 'pace:' .. host
      key_of[host] = key
      keys[#keys + 1], names[#names + 1] = key, host
    end
  end
  if #keys == 0 then return end
  for i, text in ipairs(call('MGET', unpack(keys))) do paces[names[i]] = text end
end

-- The user's next due host. Changes are written at the end, so positions stand still. When all had their turn,
-- those that may start again come again.
local function next_host(user)
  user.at = user.at + 1
  if user.hosts[user.at] then return user.hosts[user.at] end
  user.hosts, user.at = {}, 1
  if user.from then
    local part = math.max(2, math.ceil((want - count) / #users))
    user.hosts = call('ZRANGEBYSCORE', F .. 'due:' .. user.name, '-inf', horizon, 'LIMIT', user.from, part)
    user.from = #user.hosts == part and user.from + part or nil
    read_paces(user.hosts)
  end
  if not user.hosts[1] then user.hosts, user.more = user.more, {} end
  return user.hosts[1]
end

local function sink(list) -- the first user holds one lease more: back to its place
  local i = 1
  while list[i + 1] and list[i + 1].held <= list[i].held do
    list[i], list[i + 1] = list[i + 1], list[i]
    i = i + 1
  end
end

local looks = 2 * want + 64
while count < want and #users > 0 and looks > 0 do
  looks = looks - 1
  local user = users[1]
  local host = next_host(user)
  if host then
    local served, after = serve(host, user.name)
    if served then
      if after <= horizon then user.more[#user.more + 1] = host end
      local charged = by_name[served]
      if charged then charged.held = charged.held + 1 end
      if served == user.name then sink(users)
      else table.sort(users, function(a, b) return a.held < b.held end) end
    end
  else
    table.remove(users, 1)
    changes[user.name] = changes[user.name] or {add = {}, added = 0, gone = {}}
  end
end

for _, job in pairs(jobs) do
  if job.count > 0 then hold_leases(job.user, job.count) end
end
local texts, length = {}, 0
for host in pairs(saved) do
  texts[length + 1], texts[length + 2], length = key_of[host], paces[host], length + 2
end
if length > 0 then call('MSET', unpack(texts)) end
for user, of_user in pairs(changes) do
  if of_user.added > 0 then call('ZADD', F .. 'due:' .. user, unpack(of_user.add)) end
  if #of_user.gone > 0 then call('ZREM', F .. 'due:' .. user, unpack(of_user.gone)) end
  due_user(user)
end
return {identity, wake(), waiting, replies, urls, tried}
