-- Fragment, put before a step that says `-- uses: host.lua`. Not a step of its own.
-- What every step knows: the shard's keys, the clock, and a host's record, turns and due time.
--
-- A host's record `{fNN}:pace:<host>` is one string, so that a step reads and writes those of many hosts by
-- one command: '<n>|<turns>|<open>|<wishes>'. n: next start (ms, 13 digits). Turns: whose it is, as
-- 'user:job,job user:job' (the first user's first job is next). Open: a '<token> <expiry ms> <for>;' for each
-- request. Wishes, mostly none, '<name>=<value>;' each: d Crawl-delay (ms), f factor of its delay,
-- b parked (1: nobody may start; 2: somebody waits in a start token), j<user/job> a gentler job's next start.
-- Due times are lower bounds: a start moves one host of one user, and who looks too early moves on.
--
-- An open request for 'user/job/page' is the lease of that URL (one for '-' is a start token's), and nothing
-- else is: a leased URL stands in its queue as before, and leaves it when its result is handed on.
local F = string.match(KEYS[1], '{f%d+}:')
local WORK, PAGES = 'docspasta:work', 'docspasta:pages'
local HOST_KEPT = 3600000
local call, sub, find = redis.call, string.sub, string.find

local function clock(text)
  if text ~= '' then return tonumber(text) end
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function keys_of(name)
  local user, job = string.match(name, '^([^/]+)/(.+)$')
  return 'user:' .. user .. ':job:' .. job .. ':' .. F, user, job
end

-- The job and the page of a lease 'user/job/page'; of a start token's request '-' alone.
local function job_of_lease(what)
  local name, page = string.match(what, '^(.*)/(%d+)$')
  return name or what, page
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
  if call('ZADD', F .. 'due:' .. user, 'LT', 'CH', at, host) == 0 then return false end
  call('ZADD', F .. 'due', 'LT', at, user)
  return true
end

-- Sets a user's due time to that of the first of its hosts. With none, nothing of it is leased: a leased URL's
-- host is due when the lease runs out. Only requests of a paused job may be open still.
local function due_user(user)
  local first = call('ZRANGE', F .. 'due:' .. user, 0, 0, 'WITHSCORES')
  if first[2] then call('ZADD', F .. 'due', first[2], user)
  else
    call('ZREM', F .. 'due', user)
    call('HDEL', F .. 'held', user)
  end
end

-- A host's record as a table; `own` are the gentler jobs' next starts.
local function read_host(text)
  local host = {n = 0, r = '', open = '', d = 0, f = 1}
  if not text then return host end
  local n, turns, open, wishes = string.match(text, '^(%d+)|([^|]*)|([^|]*)|(.*)$')
  host.n, host.r, host.open = tonumber(n), turns, open
  for name, value in string.gmatch(wishes, '([^=;]+)=([^;]*);') do
    if name == 'b' then host.b = value
    elseif name == 'd' or name == 'f' then host[name] = tonumber(value)
    else
      host.own = host.own or {}
      host.own[sub(name, 2)] = tonumber(value)
    end
  end
  return host
end

local function write_host(host)
  local texts = {string.format('%013d|', host.n), host.r, '|', host.open, '|'}
  if host.d > 0 then texts[#texts + 1] = 'd=' .. host.d .. ';' end
  if host.f ~= 1 then texts[#texts + 1] = 'f=' .. host.f .. ';' end
  if host.b then texts[#texts + 1] = 'b=' .. host.b .. ';' end
  for name, at in pairs(host.own or {}) do texts[#texts + 1] = 'j' .. name .. '=' .. at .. ';' end
  return table.concat(texts)
end

-- Writes the record; without turns it goes an hour after the next start.
local function save_host(key, host, now)
  if host.r ~= '' then call('SET', key, write_host(host))
  else call('SET', key, write_host(host), 'PX', math.max(0, host.n - now) + HOST_KEPT) end
end

-- The open requests: how many, how many of each job, when the first may end. Forgets those that ran out, and
-- calls `lapsed` with what each of them was for.
local function open_requests(host, now, lapsed)
  local count, of, free_at = 0, {}, nil
  host.open = string.gsub(host.open, '%S+ (%d+) ([^;]*);', function(expiry, what)
    expiry = tonumber(expiry)
    if expiry <= now then
      lapsed(what)
      return ''
    end
    local name = job_of_lease(what)
    count, of[name] = count + 1, (of[name] or 0) + 1
    if not free_at or expiry < free_at then free_at = expiry end
  end)
  return count, of, free_at
end

-- The record's text without the request of `token`, and what that was for, or nil: it is not open.
local function without_request(text, token)
  local from = find(text, token .. ' ', 14, true)
  if not from then return text, nil end
  local ends = find(text, ';', from, true)
  return sub(text, 1, from - 1) .. sub(text, ends + 1), sub(text, from + #token + 15, ends - 1)
end

-- A site that answers badly is asked less often, one that answers well sooner again.
local function change_factor(host, by)
  if by > 1 or host.f > 1 then host.f = math.max(1, math.min(64, host.f * by)) end
end

-- The job has something to fetch from the host at `at`: it gets turns there. Whether that is news.
local function arm(host_name, name, at)
  local _, user, job = keys_of(name)
  local key, turns = F .. 'pace:' .. host_name, '|' .. user .. ':' .. job .. '|'
  local text = call('GET', key)
  if text and sub(text, 14, 13 + #turns) == turns then
    return due(user, host_name, math.max(at, tonumber(sub(text, 1, 13))))
  end
  local host = read_host(text)
  local all = read_turns(host.r)
  if join_turns(all, user, job) then
    host.r = write_turns(all)
    call('SET', key, write_host(host))
  end
  return due(user, host_name, math.max(at, host.n))
end

-- Nobody could start at the host for want of a place; now there is one. When somebody can start, ms. The
-- caller has a free hand and need not be rung; who waits for a start token is.
local function make_place(host_name, host, now)
  local at, waited_for = math.max(now, host.n), host.b
  host.b = nil
  for _, turn in ipairs(read_turns(host.r)) do due(turn.user, host_name, at) end
  if waited_for == '2' then call('PUBLISH', WORK, F) end
  return at
end

-- A request to the host ended: its place is free. `by` multiplies the factor of the host's delay, or is nil.
-- If nobody could start there for want of a place: when somebody can (ms), else nil. And what it was for, or nil.
local function leave(host_name, token, now, by)
  local key = F .. 'pace:' .. host_name
  local text = call('GET', key)
  if not text and not (by and by > 1) then return nil, nil end
  local left, what
  if text then left, what = without_request(text, token) end
  if left and string.byte(left, -1) == 124 and not (by and by > 1) then -- it has no wishes: nobody waits
    if what then call('SET', key, left, 'KEEPTTL') end
    return nil, what
  end
  local host, at = read_host(left), nil
  if by then change_factor(host, by) end
  if host.b then at = make_place(host_name, host, now) end
  save_host(key, host, now)
  return at, what
end

-- Until when nothing may start in this shard: its paces were lost with the Redis before. nil: no shard yet.
-- `seen` is the shard's identity that the caller knew; another one means that Redis was emptied since.
local function held_until(seen, delay)
  local marker = call('GET', F .. 'installed')
  if not marker then return nil, '' end
  local id, made, hold = string.match(marker, '^(%S+) (%S+) (%S+)$')
  if seen ~= '' and seen ~= id and tonumber(hold) < made + 30000 + delay then
    hold = made + 30000 + delay
    call('SET', F .. 'installed', id .. ' ' .. made .. ' ' .. hold)
  end
  return tonumber(hold), id
end

-- A record of `taken`: '<state> <lease> <losses> <bytes> <host> <entry>'.
-- States: W fetched and waiting, P leased by a processor.
local function read_record(text)
  if not text then return nil end
  local state, lease, losses, bytes, host, entry = string.match(text, '^(%a) (%S+) (%d+) (%d+) (%S+) (.*)$')
  return {state = state, lease = lease, losses = tonumber(losses), bytes = tonumber(bytes), host = host,
          entry = entry}
end

local function write_record(r)
  return table.concat({r.state, r.lease, r.losses, r.bytes, r.host, r.entry}, ' ')
end

-- What a record of `tries` says, '<attempts> <losses>'; most URLs have none.
local function read_tries(text)
  local attempts, losses = string.match(text or '0 0', '^(%d+) (%d+)$')
  return tonumber(attempts), tonumber(losses)
end

-- Whether the job is open or paused here.
local function is_alive(prefix)
  local state = call('HGET', prefix .. 'state', 's')
  return state == 'open' or state == 'paused'
end

-- So many leases more (or fewer) for the user: who holds the fewest is served first.
local function hold_leases(user, change)
  if call('HINCRBY', F .. 'held', user, change) <= 0 then call('HDEL', F .. 'held', user) end
end

-- A request ran out: whoever held the URL that it was for vanished, and the URL is charged with a loss.
local function lapse(what)
  local name, page = job_of_lease(what)
  if not page then return end
  local prefix, user = keys_of(name)
  hold_leases(user, -1)
  if not is_alive(prefix) then return end
  local attempts, losses = read_tries(call('HGET', prefix .. 'tries', page))
  call('HSET', prefix .. 'tries', page, attempts .. ' ' .. losses + 1)
end

-- Pages of a job wait for a processor, `pages` as scores and members: the job and its user get turns there.
-- Rings when nothing of the job was waiting: a processor that was rung goes on until it finds nothing.
local function wait_pages(name, pages, now)
  local prefix, user, job = keys_of(name)
  call('ZADD', prefix .. 'waiting', 'NX', unpack(pages))
  if call('ZADD', F .. 'pages:' .. user, 'NX', now, job) == 0 then return end
  call('ZADD', F .. 'pages', 'NX', now, user)
  call('PUBLISH', PAGES, F)
end

-- The URL leaves its queue for good; false when it is not there.
local function unqueue(prefix, host, page, entry)
  call('HDEL', prefix .. 'tries', page)
  return call('ZREM', prefix .. 'queue:' .. host, entry) == 1
end

-- A result goes into the pages queue; its bytes bound what waits.
local function put_page(name, page, host, entry, body, now)
  local prefix, bytes = keys_of(name), #body + 256
  call('HSET', prefix .. 'bodies', page, body)
  call('HSET', prefix .. 'taken', page, 'W - 0 ' .. bytes .. ' ' .. host .. ' ' .. entry)
  call('HINCRBY', F .. 'pages:bytes', name, bytes)
  wait_pages(name, {now, page}, now)
end
