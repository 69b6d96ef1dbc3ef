-- Lets pages of one job be taken again, uncharged: the processor stops.
-- uses: shard.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- KEYS[2] {fNN}:pages:leases            zset  user/job/page -> expiry, ms
-- also {fNN}:pages and the job's waiting
-- ARGV[1] now_ms or ''  ARGV[2] user/job  ARGV[3...] page, lease of each
-- Returns how many were held under their lease.
local now, name, held = clock(ARGV[1]), ARGV[2], 0
for i = 3, #ARGV, 2 do
  local page = ARGV[i]
  local record = read_record(call('HGET', KEYS[1], page))
  if record and record.state == 'P' and record.lease == ARGV[i + 1] then
    held = held + 1
    record.state, record.lease = 'W', '-'
    call('HSET', KEYS[1], page, write_record(record))
    call('ZREM', KEYS[2], name .. '/' .. page)
    wait_pages(name, {now, page}, now)
  end
end
if held > 0 then call('PUBLISH', PAGES, F) end
return held
