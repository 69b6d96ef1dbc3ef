-- Takes due URLs: hosts by the user who holds the fewest leases, a host's turns round users and their jobs.
-- uses: host.lua
-- KEYS[1] {fNN}:due          zset  user -> when the first of its hosts is due, ms
-- KEYS[2] {fNN}:leases       zset  user/job/page -> expiry, ms
-- KEYS[3] {fNN}:held         hash  user -> leases
-- KEYS[4] {fNN}:installed    string '<identity> <made ms> <held until ms>'
-- KEYS[5] {fNN}:pages:bytes  hash  user/job -> bytes waiting
-- KEYS[6] {fNN}:stopped      string; its deletion rings the doorbell
-- also {fNN}:due:<user>, {fNN}:pace:<host> and the jobs' state, queue:<host>, taken, again
-- ARGV[1] now_ms or ''   ARGV[2] URLs wanted, 0 when bodies wait beyond the bound   ARGV[3] lease, ms
-- ARGV[4] how far ahead of its time a start may be given out, ms   ARGV[5] nonce of the leases
-- ARGV[6] least delay, ms  ARGV[7] default delay, ms  ARGV[8] most at once  ARGV[9] default at once
-- ARGV[10] the shard's identity as last seen, or ''
-- Returns identity, ms until something is due (-1: nothing is), bytes waiting, 1 if leases ran out,
-- jobs {name, crawl, traceparent}..., URLs: job's index, ms to wait, record (see host.lua) of each.
local now, want, lease_ms, ahead = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local nonce, least, usual = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local most_open, usual_open = tonumber(ARGV[8]), tonumber(ARGV[9])
local horizon, expiry = now + ahead, now + lease_ms
local byte, match = string.byte, string.match
local expiry_text = string.format('%d', expiry)

local waiting = 0
for _, bytes in ipairs(call('HVALS', KEYS[5])) do waiting = waiting + bytes end
local held, identity = held_until(ARGV[10], usual)
local first_lease = tonumber(call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2])
local lapsed = first_lease and first_lease <= now and 1 or 0
if not held then return {identity, -1, waiting, lapsed, {}, {}} end

local function wake()
  local first = call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
  local at = first and math.max(tonumber(first), held)
  if first_lease and (not at or first_lease < at) then at = first_lease end
  return at and math.max(0, math.ceil(at - now)) or -1
end

if want == 0 then
  call('SET', KEYS[6], '1', 'PX', 60000)
  return {identity, wake(), waiting, lapsed, {}, {}}
end
if held > horizon then return {identity, wake(), waiting, lapsed, {}, {}} end

local jobs, replies, urls, leases, changes = {}, {}, {}, {}, {}
local count = 0 -- URLs given out; lengths are counted here, for Lua looks for the end of a table each time
local paces, saved = {}, {} -- hosts' records as this step read them, or changed them; those it changed

local function job_of(name)
  local known = jobs[name]
  if known then return known end
  local prefix, user = keys_of(name)
  local fields = call('HMGET', prefix .. 'state', 's', 'delay', 'open', 'crawl', 'trace')
  local delay, open = tonumber(fields[2] or '0'), tonumber(fields[3] or '0')
  known = {user = user, open = fields[1] == 'open', crawl = fields[4], trace = fields[5],
           taken_key = prefix .. 'taken', again_key = prefix .. 'again', queue = prefix .. 'queue:',
           delay = math.max(least, delay > 0 and delay or usual),
           at_once = math.min(most_open, open > 0 and open or usual_open), taken = {}, count = 0,
           member = name .. '/', request = ' ' .. expiry_text .. ' ' .. name .. ';'}
  known.wait = math.min(known.delay, math.max(usual, least))
  known.places = math.min(most_open, math.max(usual_open, known.at_once), known.at_once)
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

-- The next entry of the job at the host: entry, record if it was taken before; or nil, when.
local function next_entry(job, host)
  local queue = job.queue .. host
  while true do
    local popped = call('ZPOPMIN', queue)
    local member = popped[1]
    if not member then return nil, nil end
    local score = tonumber(popped[2])
    if score >= horizon + 1 then
      call('ZADD', queue, score, member)
      return nil, score
    end
    if byte(member) ~= 33 then return member end
    local page = sub(member, 2)
    local record = read_record(call('HGET', job.again_key, page))
    call('HDEL', job.again_key, page)
    if record then return record.entry, record end
  end
end

-- Tries the job at the host. Returns an entry (and its record); or nil and when to look again; nil and nil
-- when it has nothing there; `full` when a place is missing.
local function try(host_name, host, name, job)
  if not job.open then return nil, nil, false end
  if host.count > 0 and (host.count >= math.min(most_open, math.max(usual_open, job.at_once))
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

-- Nothing of the host can be given out: notes what was learnt, and when the user looks again.
local function pass_by(host_name, host, via, turns)
  local mine, parked = false, host.full and not host.b
  if parked then host.b = '1' end
  if host.dropped then host.r = write_turns(turns) end
  if parked or host.dropped then
    paces[host_name], saved[host_name] = write_host(host), host.r ~= '' or nil
    if host.r == '' then save_host(F .. 'pace:' .. host_name, host, now) end
  end
  for _, turn in ipairs(turns) do mine = mine or turn.user == via end
  change(via, host_name, mine and host.later or nil)
end

-- Leases the URL: the lease.
local function give_out(name, job, host_name, entry, record, start)
  if job.count == 0 then
    replies[#replies + 1] = {name, job.crawl or '', job.trace or ''}
    job.index, job.nonce = #replies, nonce .. #replies .. '.'
  end
  local page = match(entry, '^%d+')
  local lease = job.nonce .. page
  local losses = record and ' ' .. record.attempts .. ' ' .. record.losses .. ' 0 ' or ' 0 0 0 '
  local text = 'L ' .. lease .. losses .. host_name .. ' ' .. entry
  local taken, at = job.taken, 2 * job.count
  taken[at + 1], taken[at + 2], job.count = page, text, job.count + 1
  at = 2 * count
  leases[at + 1], leases[at + 2] = expiry_text, job.member .. page
  at = at + count
  urls[at + 1], urls[at + 2], urls[at + 3] = job.index, start > now and math.ceil(start - now) or 0, text
  count = count + 1
  return lease
end

-- Leases the URL and moves the next start of a host that may have wishes, or others' requests open.
local function start_at(host_name, host, name, entry, record)
  local job = job_of(name)
  local wait = math.max(job.wait, host.d) * host.f
  local start = math.max(now, host.n)
  if host.own and host.own[name] and host.own[name] > start then start = host.own[name] end
  host.n = math.ceil(math.max(host.n + wait, start + 0.95 * wait))
  if job.delay > wait then
    host.own = host.own or {}
    host.own[name] = start + job.delay
  end
  host.open = host.open .. give_out(name, job, host_name, entry, record, start) .. job.request
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
    if job then job.name, job.turns, job.tail = user .. '/' .. id, turns, job.request .. '|' end
    only[turns] = job
  end
  return job
end

-- Whether fewer than `places` requests are open, those that ran out counted too.
local function has_place(text, from, places)
  while places > 0 do
    from = find(text, ';', from, true)
    if not from then return true end
    from, places = from + 1, places - 1
  end
  return false
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

-- The usual host: one job, no wishes, a place that is free; `idle` when nothing is open. Returns the user served
-- and the next start; or nil and when to look again.
local function serve_usual(host_name, text, n, job, idle)
  local entry, record = next_entry(job, host_name)
  if not entry then return nil, record end
  local wait = job.wait
  local start = n > now and n or now
  local after = start + 0.95 * wait
  if n + wait > after then after = n + wait end
  after = after + -after % 1 -- rounded up
  local lease = give_out(job.name, job, host_name, entry, record, start)
  paces[host_name] = padded(after) .. (idle and job.turns or sub(text, 14, -2)) .. lease .. job.tail
  saved[host_name] = true
  return job.user, after
end

-- Gives one URL of a host with several turns, open requests or wishes out.
local function serve_any(host_name, text, via)
  local host = read_host(text)
  host.count, host.of, host.free_at = open_requests(host, now)
  local turns = read_turns(host.r)
  local name, entry, record = go_round(host_name, host, turns)
  if not name then return pass_by(host_name, host, via, turns) end
  host.r = write_turns(turns)
  local user, after = start_at(host_name, host, name, entry, record)
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
    if job and (idle or has_place(text, turns_end + 1, job.places)) then
      local user, after = serve_usual(host_name, text, n, job, idle)
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
  local counts = call('HMGET', KEYS[3], unpack(names))
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

for name, job in pairs(jobs) do
  if job.count > 0 then
    call('HSET', job.taken_key, unpack(job.taken))
    call('HINCRBY', KEYS[3], job.user, job.count)
  end
end
if #leases > 0 then
  call('ZADD', KEYS[2], unpack(leases))
  first_lease = first_lease or expiry
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
return {identity, wake(), waiting, lapsed, replies, urls}
