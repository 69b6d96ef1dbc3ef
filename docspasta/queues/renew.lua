-- Renews crawlers' leases on URLs of one job.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- KEYS[2] {fNN}:leases                  zset  user/job/page -> expiry, ms
-- also {fNN}:host:<host>
-- ARGV[1] now_ms or ''  ARGV[2] lease, ms  ARGV[3] user/job  ARGV[4...] page, lease of each
-- Returns the positions (from 0) of those that are lost.
local now, name = clock(ARGV[1]), ARGV[3]
local expiry = now + tonumber(ARGV[2])
local lost = {}
for i = 4, #ARGV, 2 do
  local record = read_record(redis.call('HGET', KEYS[1], ARGV[i]))
  if record and record.state == 'L' and record.lease == ARGV[i + 1] then
    redis.call('ZADD', KEYS[2], expiry, name .. '/' .. ARGV[i])
    redis.call('HSET', F .. 'host:' .. record.host, 'o' .. record.lease, expiry .. ' ' .. name)
  else lost[#lost + 1] = (i - 4) / 2 end
end
return lost
