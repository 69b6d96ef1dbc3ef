-- Puts leased URLs of one job back into their queues, uncharged, and frees their places at their hosts.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- KEYS[2] {fNN}:leases                  zset  user/job/page -> expiry, ms
-- also {fNN}:host:<host>, {fNN}:held, {fNN}:due and the job's queue:<host>, again, hosts
-- ARGV[1] now_ms or ''  ARGV[2] not before so many ms from now  ARGV[3] user/job
-- ARGV[4...] page, lease, host of each
-- Returns how many were held under their lease.
local now, after, name = clock(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local _, user = keys_of(name)
local held, news = 0, false
for i = 4, #ARGV, 3 do
  local page, lease, host = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if leave(host, lease, now) then news = true end
  local record = read_record(redis.call('HGET', KEYS[1], page))
  if record and record.state == 'L' and record.lease == lease then
    held = held + 1
    redis.call('ZREM', KEYS[2], name .. '/' .. page)
    if queue_again(name, page, record, after > 0 and now + after or 1) then news = true end
  end
end
if held > 0 then hold_leases(user, -held) end
if news then redis.call('PUBLISH', WORK, F) end
return held
