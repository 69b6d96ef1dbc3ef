-- Fragment of claim.lua: leases the next URL of a host that is due. `serve` at its end is what others call.

local function known_job(name)
  local known = jobs[name]
  if known then return known end
  local prefix, user = keys_of(name)
  local fields = call('HMGET', prefix .. 'state', 's', 'delay', 'open', 'crawl', 'trace')
  local delay, open = tonumber(fields[2] or '0'), tonumber(fields[3] or '0')
  known = {user = user, prefix = prefix, open = fields[1] == 'open', crawl = fields[4], trace = fields[5],
           queue = prefix .. 'queue:', tries = prefix .. 'tries', tried = call('EXISTS', prefix .. 'tries') == 1,
           delay = math.max(least, delay > 0 and delay or usual),
           at_once = math.min(most_open, open > 0 and open or usual_open), count = 0,
           name = name, request = request_tail(expires, name)}
  known.wait = math.min(known.delay, math.max(usual, least))
  known.slots = math.min(most_open, math.max(usual_open, known.at_once), known.at_once)
  known.more = known.wait <= ahead and math.min(want, known.slots) - 1 or 0 -- starts at one host in one step
  jobs[name] = known
  return known
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
    if not host or not is_leased(host, job.name, page) then
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
-- when it has nothing there; `full` when a slot is missing.
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

-- Goes through the turns: the user whose turn it is, and of its jobs the one whose turn it is; the one that is served
-- goes behind the others. Returns name, entry, page, tries of the URL found; and changes `turns`.
-- host.later is when to look again, host.full whether a slot was missing, host.dropped whether turns ended.
local function go_round(host_name, host, turns)
  local i = 1
  while turns[i] do
    local turn, k = turns[i], 1
    while turn[k] do
      local name = turn.user .. '/' .. turn[k]
      local entry, more, full = try(host_name, host, name, known_job(name))
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

-- Nothing of the host can be leased: notes what was learnt, and when the user looks again.
local function pass_by(host_name, host, via, turns)
  local mine, parked = false, host.full and not host.parked
  if parked then host.parked = '1' end
  if host.dropped then host.turns = write_turns(turns) end
  if parked or host.dropped or host.lapsed then
    paces[host_name], saved[host_name] = write_host(host), host.turns ~= '' or nil
    if host.turns == '' then save_host(F .. 'pace:' .. host_name, host, now) end
  end
  for _, turn in ipairs(turns) do mine = mine or turn.user == via end
  change(via, host_name, mine and host.later or nil)
end

-- Leases the URL: the open request that is its lease.
local function lease_url(job, host_name, entry, page, tries, start)
  if job.count == 0 then
    replies[#replies + 1] = {job.name, job.crawl or '', job.trace or ''}
    job.index, job.nonce = #replies, nonce .. #replies .. '.'
    job.pages = call('EXISTS', job.prefix .. 'asking') == 1 and {} or nil
    job.places = {}
  end
  if job.pages then job.pages[job.count + 1], job.places[job.count + 1] = page, count end
  if tries then tried[#tried + 1], tried[#tried + 2] = count, tries end
  local at = 4 * count
  urls[at + 1], urls[at + 2] = job.index, start > now and math.ceil(start - now) or 0
  urls[at + 3], urls[at + 4] = host_name, entry
  count, job.count = count + 1, job.count + 1
  return lease_request(job.nonce .. page, job.request, page)
end

-- Leases the URL and moves the next start of a host that may have wishes, or others' requests open.
local function start_at(host_name, host, name, entry, page, tries)
  local job = known_job(name)
  local wait = math.max(job.wait, host.crawl_delay) * factor_now(host, now)
  local start = math.max(now, host.next)
  if host.own and host.own[name] and host.own[name] > start then start = host.own[name] end
  host.next = math.ceil(math.max(host.next + wait, start + 0.95 * wait))
  if job.delay > wait then
    host.own = host.own or {}
    host.own[name] = start + job.delay
  end
  host.open = host.open .. lease_url(job, host_name, entry, page, tries, start)
  saved[host_name], paces[host_name] = true, write_host(host)
  return job.user, host.next
end

-- The only job that has turns at a host, if it is the user's, open, and no gentler than the host; or false.
-- Most hosts of a job have the same turns.
local only = {}
local function only_job(turns, via)
  local job = only[turns]
  if job == nil then
    local user, id = only_turn(turns)
    job = user == via and known_job(user .. '/' .. id)
    if job and (not job.open or job.delay > job.wait) then job = false end
    if job then job.turns = turns end
    only[turns] = job
  end
  return job
end

-- The usual host: one job, no wishes, a slot that is free; `host` is nil when no request is open. Returns the user
-- served and the next start; or nil and when to look again.
local begun = {} -- such hosts that may start again in this claim
local function serve_usual(host_name, n, job, host)
  local entry, page, tries = next_entry(job, host_name, host, host and host.count or 0)
  if not entry then return nil, page end
  local wait = job.wait
  local start = n > now and n or now
  local after = start + 0.95 * wait
  if n + wait > after then after = n + wait end
  after = after + -after % 1 -- rounded up
  local open = lease_url(job, host_name, entry, page, tries, start)
  if host then
    open = host.open .. open
    host.open, host.count, host.free_at = open, host.count + 1, math.min(host.free_at, expires)
    begun[host_name] = host
  end
  paces[host_name], saved[host_name] = wishless_record(after, job.turns, open), true
  return job.user, after
end

-- Leases one URL of a host with several turns, lapsed requests or wishes.
local function serve_any(host_name, text, via)
  local host = read_host(text)
  begun[host_name] = nil
  host.count, host.of, host.free_at = open_requests(host, now, function(what)
    lapse(what)
    host.lapsed = true
    local job = jobs[job_of_lease(what)]
    if job then job.tried = true end
  end)
  local turns = read_turns(host.turns)
  local name, entry, page, tries = go_round(host_name, host, turns)
  if not name then return pass_by(host_name, host, via, turns) end
  host.turns = write_turns(turns)
  local user, after = start_at(host_name, host, name, entry, page, tries)
  local mine = false
  for _, turn in ipairs(turns) do mine = mine or turn.user == via end
  change(via, host_name, mine and after or nil)
  if user ~= via then change(user, host_name, after) end
  return user, after
end

-- Leases one URL of the host, or says when to look again. Returns the user served and the next start.
local function serve(host_name, via)
  local text = paces[host_name]
  local n = text and next_start(text) or 0
  if n > horizon then return change(via, host_name, n) end
  if text and has_no_wishes(text) then
    local turns, open = split_wishless(text)
    local job = only_job(turns, via)
    local host = job and open ~= '' and (begun[host_name] or read_open(open, now)) or nil
    if job and (open == '' or host and host.count < job.slots) then
      local user, after = serve_usual(host_name, n, job, host)
      change(via, host_name, after) -- with nothing left it is no longer due; its turns stay for the job's next link
      return user, after
    end
  end
  return serve_any(host_name, text, via)
end
