-- Forgets pages of one job that are recorded, whatever became of them.
-- uses: shard.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken    hash  page -> record
-- KEYS[2] user:<u>:job:<j>:{fNN}:bodies   hash  page -> result
-- KEYS[3] user:<u>:job:<j>:{fNN}:waiting  zset  page -> since, ms
-- KEYS[4] user:<u>:job:<j>:{fNN}:tries    hash  page -> '<attempts> <losses>'
-- KEYS[5] {fNN}:pages:leases              zset  user/job/page -> expiry, ms
-- KEYS[6] {fNN}:pages:bytes               hash  user/job -> bytes waiting
-- KEYS[7] {fNN}:stopped                   string; its deletion rings the doorbell
-- KEYS[8] user:<u>:job:<j>:{fNN}:asking   hash  page -> how it is asked for
-- also queue:<host> of the job
-- ARGV[1] now_ms or ''  ARGV[2] user/job  ARGV[3...] host, entry '<page> <rest>' of each
-- Returns how many were there.
local name = ARGV[2]
local prefix = keys_of(name)
local pages, members = {}, {}
for i = 4, #ARGV, 2 do
  local page = string.match(ARGV[i], '^%d+')
  pages[#pages + 1], members[#members + 1] = page, name .. '/' .. page
end
local records = call('HMGET', KEYS[1], unpack(pages))
local bytes, there = 0, 0
for i = 1, #pages do
  local state, size = string.match(records[i] or '', '^(%a) %S+ %d+ (%d+) ')
  if not state then -- Redis was emptied and the page added again meanwhile
    unqueue(prefix, ARGV[1 + 2 * i], pages[i], ARGV[2 + 2 * i])
  else
    there, bytes = there + 1, bytes + tonumber(size)
  end
end
call('HDEL', KEYS[1], unpack(pages))
call('HDEL', KEYS[2], unpack(pages))
call('HDEL', KEYS[8], unpack(pages))
call('ZREM', KEYS[3], unpack(pages))
call('ZREM', KEYS[5], unpack(members))
if bytes > 0 and call('HINCRBY', KEYS[6], name, -bytes) <= 0 then call('HDEL', KEYS[6], name) end
if call('DEL', KEYS[7]) == 1 then call('PUBLISH', WORK, F) end
return there
