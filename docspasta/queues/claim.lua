-- Claims due URLs: choose a host, lease its next URL, again and again; then commit what that changed.
-- Hosts come by the share that holds the fewest leases; a host's turns go round users, then round their jobs.
-- uses: host.lua
-- KEYS[1] {fNN}:due          zset  user -> when the first of its hosts is due, ms
-- KEYS[2] {fNN}:held         hash  user, or share of several users -> leases
-- KEYS[3] {fNN}:installed    string '<identity> <made ms> <held until ms>'
-- KEYS[4] {fNN}:pages:bytes  hash  user/job -> bytes waiting
-- KEYS[5] {fNN}:stopped      string; its deletion rings the doorbell
-- also {fNN}:due:<user>, {fNN}:pace:<host>, {fNN}:pages and the jobs' state, queue:<host>, tries, taken, bodies,
-- asking (read only)
-- ARGV[1] now_ms or ''   ARGV[2] URLs wanted, or 0   ARGV[3] lease, ms
-- ARGV[4] how far ahead of its time a start may be given out, ms   ARGV[5] nonce of the leases
-- ARGV[6] least delay, ms  ARGV[7] default delay, ms  ARGV[8] most at once  ARGV[9] default at once
-- ARGV[10] the shard's identity as last seen, or ''
-- ARGV[11] losses allowed  ARGV[12] the result `worker_lost`, packed
-- ARGV[13] '1' to be rung when waiting bodies are recorded
-- ARGV[14...] shares that are passed over with all their users
-- Returns identity, ms until something is due (-1: nothing is), share and bytes waiting of each, jobs
-- {name, crawl, traceparent}...,
-- URLs: job's index, ms to wait, host, entry of each (its lease is '<nonce><job's index>.<page>'), and of those
-- that were tried before: position (from 0), '<attempts> <losses>'; of those that are asked for in a way of their own:
-- position, what `add` was told.
local now, want, lease_ms, ahead = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local nonce, least, usual = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local most_open, usual_open = tonumber(ARGV[8]), tonumber(ARGV[9])
local losses_allowed, worker_lost = tonumber(ARGV[11]), ARGV[12]
local horizon, expires = now + ahead, now + lease_ms
local match = string.match

local bytes_of, waiting = {}, {}
local of_jobs = call('HGETALL', KEYS[4])
for i = 1, #of_jobs, 2 do
  local share = share_of(match(of_jobs[i], '^[^/]*'))
  bytes_of[share] = (bytes_of[share] or 0) + of_jobs[i + 1]
end
for share, bytes in pairs(bytes_of) do waiting[#waiting + 1], waiting[#waiting + 2] = share, bytes end
if ARGV[13] == '1' then call('SET', KEYS[5], '1', 'PX', 60000) end
local held, identity = held_until(ARGV[10], 30000 + usual)
if not held then return {identity, -1, waiting, {}, {}, {}, {}} end

local full_shares, fulls = {}, #ARGV - 13
for i = 14, #ARGV do full_shares[ARGV[i]] = true end

-- When something of a user whose share is not passed over is due. Such a share may have several users.
local function wake()
  local first = call('ZRANGE', KEYS[1], 0, fulls > 0 and fulls + 64 or 0, 'WITHSCORES')
  for i = 1, #first, 2 do
    if not full_shares[share_of(first[i])] then
      return math.max(0, math.ceil(math.max(tonumber(first[i + 1]), held) - now))
    end
  end
  return -1
end

if want == 0 or held > horizon then return {identity, wake(), waiting, {}, {}, {}, {}} end

local replies, urls, tried = {}, {}, {} -- what is returned
local count = 0 -- URLs leased; lengths are counted here, for Lua looks for the end of a table each time
local paces, key_of, saved = {}, {}, {} -- hosts' records as read or changed, their keys; which were changed
local jobs = {} -- what is known of each job that has turns somewhere

-- uses: claim_commit.lua
-- uses: claim_lease.lua
-- uses: claim_choose.lua
choose()
commit()
return {identity, wake(), waiting, replies, urls, tried, asked()}
