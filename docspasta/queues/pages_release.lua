-- Forgets pages of one job that are recorded, wherever they stand by now.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken    hash  page -> record
-- KEYS[2] user:<u>:job:<j>:{fNN}:bodies   hash  page -> result
-- KEYS[3] user:<u>:job:<j>:{fNN}:waiting  zset  page -> since, ms
-- KEYS[4] user:<u>:job:<j>:{fNN}:again    hash  page -> record
-- KEYS[5] {fNN}:pages:leases              zset  user/job/page -> expiry, ms
-- KEYS[6] {fNN}:pages:bytes               hash  user/job -> bytes waiting
-- KEYS[7] {fNN}:stopped                   string; its deletion rings the doorbell
-- also {fNN}:leases, {fNN}:held, {fNN}:host:<host>, and queue:<host> of the job
-- ARGV[1] now_ms or ''  ARGV[2] user/job  ARGV[3...] host, entry '<page> <rest>' of each
-- Returns how many were there.
local name = ARGV[2]
local prefix, user = keys_of(name)
local pages, members = {}, {}
for i = 4, #ARGV, 2 do
  local page = string.match(ARGV[i], '^%d+')
  pages[#pages + 1], members[#members + 1] = page, name .. '/' .. page
end
local records = redis.call('HMGET', KEYS[1], unpack(pages))
local bytes, there = 0, 0
for i = 1, #pages do
  local record = read_record(records[i])
  if not record then -- Redis was emptied and the page added again meanwhile
    local queue = prefix .. 'queue:' .. ARGV[1 + 2 * i]
    redis.call('ZREM', queue, ARGV[2 + 2 * i], '!' .. pages[i])
    redis.call('HDEL', KEYS[4], pages[i])
  elseif record.state == 'L' then
    redis.call('ZREM', F .. 'leases', members[i])
    hold_leases(user, -1)
  else
    there, bytes = there + 1, bytes + record.bytes
  end
end
redis.call('HDEL', KEYS[1], unpack(pages))
redis.call('HDEL', KEYS[2], unpack(pages))
redis.call('ZREM', KEYS[3], unpack(pages))
redis.call('ZREM', KEYS[5], unpack(members))
if bytes > 0 and redis.call('HINCRBY', KEYS[6], name, -bytes) <= 0 then redis.call('HDEL', KEYS[6], name) end
if redis.call('DEL', KEYS[7]) == 1 then redis.call('PUBLISH', WORK, F) end
return there
