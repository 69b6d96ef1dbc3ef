-- Renews processors' leases on pages of one job.
-- uses: shard.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- KEYS[2] {fNN}:pages:leases            zset  user/job/page -> expiry, ms
-- ARGV[1] now_ms or ''  ARGV[2] lease, ms  ARGV[3] user/job  ARGV[4...] page, lease of each
-- Returns the positions (from 0) of those that are lost.
local now, name, lost = clock(ARGV[1]), ARGV[3], {}
for i = 4, #ARGV, 2 do
  local record = read_record(redis.call('HGET', KEYS[1], ARGV[i]))
  if record and record.state == 'P' and record.lease == ARGV[i + 1] then
    redis.call('ZADD', KEYS[2], now + tonumber(ARGV[2]), name .. '/' .. ARGV[i])
  else lost[#lost + 1] = (i - 4) / 2 end
end
return lost
