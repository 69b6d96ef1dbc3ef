-- The site answered badly: queue the URL again later, or after too many attempts put its failure into the
-- pages queue. Slows the host, when that is overloaded.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:queue:<host>  zset  entry -> not before, ms
-- KEYS[2] user:<u>:job:<j>:{fNN}:tries         hash  page -> '<attempts> <losses>'
-- also {fNN}:pace:<host>, {fNN}:held, {fNN}:due, {fNN}:pages and the job's state, taken, bodies,
-- waiting, retrying
-- ARGV[1] now_ms or ''  ARGV[2] user/job  ARGV[3] lease  ARGV[4] host  ARGV[5] entry '<page> <rest>'
-- ARGV[6] not before so many ms from now  ARGV[7] attempts allowed  ARGV[8] the failure, packed
-- ARGV[9] '1' when the host is overloaded  ARGV[10] why it is tried again, for people  ARGV[11] ms that this stays after the try
-- Returns 1: queued again, 2: failed, 0: the lease was lost.
local now, name, host, entry = clock(ARGV[1]), ARGV[2], ARGV[4], ARGV[5]
local prefix, user = keys_of(name)

-- What becomes of the URL, as returned; and whether somebody is to be rung.
local function charge(page)
  local attempts, losses = read_tries(call('HGET', KEYS[2], page))
  attempts = attempts + 1
  if attempts >= tonumber(ARGV[7]) then
    unqueue(prefix, host, page, entry)
    put_page(name, page, host, entry, ARGV[8], now)
    return 2, false
  end
  local at = now + tonumber(ARGV[6])
  call('HSET', KEYS[2], page, attempts .. ' ' .. losses)
  call('ZADD', KEYS[1], 'XX', at, entry)
  call('SET', prefix .. 'retrying', at .. ' ' .. attempts .. ' ' .. ARGV[10], 'PX', math.ceil(at - now) + ARGV[11])
  return 1, arm(host, name, at)
end

-- Tried again, a URL says nothing new of its host: one that always fails slows it once.
local tried = read_tries(call('HGET', KEYS[2], string.match(entry, '^%d+')))
local freed, what = leave(host, ARGV[3], now, ARGV[9] == '1' and tried == 0 and 2 or nil)
local of, page = job_of_lease(what or '-')
local outcome, news = 0, false
if of == name then
  hold_leases(user, -1)
  local mine = is_alive(prefix) and page == string.match(entry, '^%d+')
  if mine and call('ZSCORE', KEYS[1], entry) then outcome, news = charge(page) end
end
if freed or news then call('PUBLISH', WORK, F) end
return outcome
