-- Ends a crawler's lease and puts its result into the pages queue, where it waits without a timer.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- KEYS[2] {fNN}:leases                  zset  user/job/page -> expiry, ms
-- also {fNN}:host:<host>, {fNN}:held, {fNN}:due, {fNN}:pages and the job's bodies, waiting
-- ARGV[1] now_ms or ''  ARGV[2] user/job  ARGV[3] page  ARGV[4] lease  ARGV[5] host  ARGV[6] the result, packed
-- ARGV[7] 'slow', 'quick' or '': what it says of the host
-- Returns {1, or 0 when the lease was lost and the result is dropped; ms until the host that was full is due,
-- or -1}.
local now, name, page = clock(ARGV[1]), ARGV[2], ARGV[3]
local _, user = keys_of(name)
local at = leave(ARGV[5], ARGV[4], now)
local wait = at and at - now or -1
if ARGV[7] == 'slow' then change_factor(ARGV[5], 2) elseif ARGV[7] == 'quick' then change_factor(ARGV[5], 0.8) end
local record = read_record(redis.call('HGET', KEYS[1], page))
if not record or record.state ~= 'L' or record.lease ~= ARGV[4] then return {0, wait} end
redis.call('ZREM', KEYS[2], name .. '/' .. page)
hold_leases(user, -1)
put_page(name, page, record, ARGV[6], now)
return {1, wait}
