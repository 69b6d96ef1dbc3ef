-- The site answered badly: queue the URL again later, or after too many attempts put its failure into the
-- pages queue. Slows the host.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- KEYS[2] {fNN}:leases                  zset  user/job/page -> expiry, ms
-- also {fNN}:pace:<host>, {fNN}:held, {fNN}:due, {fNN}:pages and the job's queue:<host>, again, bodies, waiting
-- ARGV[1] now_ms or ''  ARGV[2] user/job  ARGV[3] page  ARGV[4] lease  ARGV[5] host
-- ARGV[6] not before so many ms from now  ARGV[7] attempts allowed  ARGV[8] the failure, packed
-- ARGV[9] '1' to slow the host
-- Returns 1: queued again, 2: failed, 0: the lease was lost.
local now, name, page = clock(ARGV[1]), ARGV[2], ARGV[3]
local _, user = keys_of(name)
local news = leave(ARGV[5], ARGV[4], now, ARGV[9] == '1' and 2 or nil)
local record = read_record(call('HGET', KEYS[1], page))
if not record or record.state ~= 'L' or record.lease ~= ARGV[4] then
  if news then call('PUBLISH', WORK, F) end
  return 0
end
call('ZREM', KEYS[2], name .. '/' .. page)
hold_leases(user, -1)
record.attempts = record.attempts + 1
if record.attempts >= tonumber(ARGV[7]) then
  put_page(name, page, record, ARGV[8], now)
else
  news = queue_again(name, page, record, now + tonumber(ARGV[6])) or news
end
if news then call('PUBLISH', WORK, F) end
return record.state == 'W' and 2 or 1
