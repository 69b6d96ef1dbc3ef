-- Queues URLs of one job and one host, in this order. A page that is known stays as it is.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:queue:<host>  zset  entry -> not before, ms
-- KEYS[2] user:<u>:job:<j>:{fNN}:taken         hash  page -> record
-- KEYS[3] user:<u>:job:<j>:{fNN}:hosts         set   host
-- KEYS[4] user:<u>:job:<j>:{fNN}:asking        hash  page -> how it is asked for
-- also user:<u>:job:<j>:{fNN}:state (read only: a caller of `add` may not write it, and KEYS must be writable),
-- {fNN}:pace:<host>, {fNN}:due, {fNN}:due:<user>
-- ARGV[1] now_ms or ''  ARGV[2] user/job  ARGV[3] host  ARGV[4...] entries '<page> <rest>', with a second line how
-- it is asked for when it was fetched before
-- Returns how many are new, or -1 when the job is not open (or paused) here.
local now, name, host = clock(ARGV[1]), ARGV[2], ARGV[3]
local state = redis.call('HGET', keys_of(name) .. 'state', 's')
if state ~= 'open' and state ~= 'paused' then return -1 end
local pages = {}
for i = 4, #ARGV do pages[#pages + 1] = string.match(ARGV[i], '^%d+') end
local taken = redis.call('HMGET', KEYS[2], unpack(pages))
local adds, asking = {}, {}
for i = 1, #pages do
  if not taken[i] then
    local entry, how = string.match(ARGV[i + 3], '^([^\n]*)\n?(.*)$')
    adds[#adds + 1] = now + (i - 1) / 4096 -- their order within a millisecond
    adds[#adds + 1] = entry
    if how ~= '' then asking[#asking + 1], asking[#asking + 2] = pages[i], how end
  end
end
if #adds == 0 then return 0 end
if #asking > 0 then redis.call('HSET', KEYS[4], unpack(asking)) end
local added = redis.call('ZADD', KEYS[1], 'NX', unpack(adds))
if added == 0 then return 0 end
redis.call('SADD', KEYS[3], host)
if state == 'open' and arm(host, name, now) then redis.call('PUBLISH', WORK, F) end
return added
