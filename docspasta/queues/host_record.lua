-- Fragment: the record of a host. This is the only file that knows how it is written.
-- uses: shard.lua
--
-- A host's record `{fNN}:pace:<host>` is one string, so that a script reads and writes those of many hosts by
-- one command: '<n>|<turns>|<open>|<wishes>'. n: next start (ms, 13 digits). Turns: whose it is, as
-- 'user:job,job user:job' (the first user's first job is next). Open: a '<token> <expiry ms> <for>;' for each
-- request, `for` is 'user/job/page' of the URL whose lease it is, or '-' of a start token. Wishes, mostly none,
-- '<name>=<value>;' each: d Crawl-delay (ms), f factor of its delay, b parked (1: nobody may start;
-- 2: somebody waits for a start token), j<user/job> a gentler job's next start.
--
-- `read_host` gives all of it as a table. Most records are of the usual shape (one job's turns, no wishes): the
-- functions below `usual` answer one question from the text, for a claim of 100 URLs reads 100 records.
local HOST_KEPT = 3600000
local DIGITS, TURNS, WISHLESS = 13, 14, 124 -- of n; the place of the turns' first '|'; the byte '|', a record's last

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

-- A host's record as a table; `own` are the gentler jobs' next starts.
local function read_host(text)
  local host = {next = 0, turns = '', open = '', crawl_delay = 0, factor = 1}
  if not text then return host end
  local n, turns, open, wishes = string.match(text, '^(%d+)|([^|]*)|([^|]*)|(.*)$')
  host.next, host.turns, host.open = tonumber(n), turns, open
  for name, value in string.gmatch(wishes, '([^=;]+)=([^;]*);') do
    if name == 'b' then host.parked = value
    elseif name == 'd' then host.crawl_delay = tonumber(value)
    elseif name == 'f' then host.factor = tonumber(value)
    else
      host.own = host.own or {}
      host.own[sub(name, 2)] = tonumber(value)
    end
  end
  return host
end

local function write_host(host)
  local texts = {string.format('%013d|', host.next), host.turns, '|', host.open, '|'}
  if host.crawl_delay > 0 then texts[#texts + 1] = 'd=' .. host.crawl_delay .. ';' end
  if host.factor ~= 1 then texts[#texts + 1] = 'f=' .. host.factor .. ';' end
  if host.parked then texts[#texts + 1] = 'b=' .. host.parked .. ';' end
  for name, at in pairs(host.own or {}) do texts[#texts + 1] = 'j' .. name .. '=' .. at .. ';' end
  return table.concat(texts)
end

-- Writes the record; without turns it goes an hour after the next start.
local function save_host(key, host, now)
  if host.turns ~= '' then call('SET', key, write_host(host))
  else call('SET', key, write_host(host), 'PX', math.max(0, host.next - now) + HOST_KEPT) end
end

-- An open request as it stands in a record, in two parts, for all leases of a job have the same tail.
local function request_tail(expiry, name) return ' ' .. string.format('%d', expiry) .. ' ' .. name .. '/' end
local function lease_request(token, tail, page) return token .. tail .. page .. ';' end
local function start_request(token, expiry) return token .. ' ' .. string.format('%d', expiry) .. ' -;' end

-- Opens a request that was taken out, until another expiry.
local function reopen_request(host, token, expiry, what)
  host.open = host.open .. string.format('%s %d %s;', token, expiry, what)
end

-- Whether the URL of a job's page is leased.
local function is_leased(host, name, page) return find(host.open, ' ' .. name .. '/' .. page .. ';', 1, true) end

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

-- Each thing that a request is open for, in the record's text.
local function each_request(text) return string.gmatch(text or '', '([^ ;]+);') end

-- The leases of a job end; their requests stay open for nobody, until their ends are told or they run out.
-- Returns how many they were.
local function end_leases_of(host, name)
  local count = 0
  host.open = string.gsub(host.open, '([^ ;]+);', function(what)
    if job_of_lease(what) ~= name then return nil end
    count = count + 1
    return '-;'
  end)
  return count
end

-- An overloaded site is asked less often, one that answers well sooner again.
local SLOWEST = 16
local function change_factor(host, by)
  if by > 1 or host.factor > 1 then host.factor = math.max(1, math.min(SLOWEST, host.factor * by)) end
end

-- The factor of the host's delay for a start now. Trouble is half forgotten in each 30 s in which nobody asked.
local function factor_now(host, now)
  if host.factor > 1 and now > host.next then
    host.factor = math.max(1, host.factor * 0.5 ^ ((now - host.next) / 30000))
  end
  return host.factor
end

-- usual: questions that the text answers.

local function next_start(text) return tonumber(sub(text, 1, DIGITS)) end
local function has_no_wishes(text) return string.byte(text, -1) == WISHLESS end

local start_texts = {} -- most next starts of a script are the same
local function start_text(n)
  local text = start_texts[n]
  if not text then
    text = string.format('%013d', n)
    start_texts[n] = text
  end
  return text
end

-- Only one job has turns: its turns as the text has them.
local function turns_of_one(user, job) return '|' .. user .. ':' .. job .. '|' end
local function has_only_turns(text, turns) return sub(text, TURNS, DIGITS + #turns) == turns end

-- A record without wishes: its turns and its open requests ('' when none is).
local function split_wishless(text)
  local turns_end = find(text, '|', TURNS + 1, true)
  return sub(text, TURNS, turns_end), sub(text, turns_end + 1, -2)
end

-- The user and the job that alone have turns, or nil.
local function only_turn(turns) return string.match(turns, '^|([^:, |]+):([^:, |]+)|$') end

local function wishless_record(n, turns, open) return start_text(n) .. turns .. open .. '|' end

-- Open requests as a table: how many, and when the first may end; nil when one has run out.
local function read_open(open, now)
  local host = {open = open, count = 0}
  for text in string.gmatch(open, ' (%d+) ') do
    local at = tonumber(text)
    if at <= now then return nil end
    host.count = host.count + 1
    if not host.free_at or at < host.free_at then host.free_at = at end
  end
  return host
end

-- The usual record whose only open request is this lease of the job that alone has turns: the record when it has
-- ended, and the next start. nil when it is not like that.
local idle_texts = {}
local function without_only_request(text, turns, lease, name)
  local begins = TURNS + #turns
  local named = begins + #lease + DIGITS + 2 -- behind the lease and its expiry
  if find(text, turns, TURNS, true) ~= TURNS or find(text, lease, begins, true) ~= begins
      or sub(text, named, named + #name) ~= name .. '/' or find(text, ';', named, true) ~= #text - 1 then
    return nil
  end
  local time = sub(text, 1, DIGITS)
  local idle = idle_texts[time]
  if not idle then
    idle = time .. turns .. '|'
    idle_texts[time] = idle
  end
  return idle, tonumber(time)
end
