-- Lets pages of vanished processors be taken again, with a loss each. The fifth (three alone) fails the page.
-- uses: shard.lua
-- KEYS[1] {fNN}:pages:leases  zset  user/job/page -> expiry, ms
-- also {fNN}:pages, {fNN}:pages:bytes and the jobs' taken, waiting, bodies
-- ARGV[1] now_ms or ''  ARGV[2] losses allowed  ARGV[3] the result `worker_lost`, packed
-- Returns how many wait again.
local now, count = clock(ARGV[1]), 0
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 200)) do
  local name, page = string.match(member, '^(.*)/(%d+)$')
  local prefix = keys_of(name)
  redis.call('ZREM', KEYS[1], member)
  local record = read_record(redis.call('HGET', prefix .. 'taken', page))
  if record and record.state == 'P' then
    count = count + 1
    record.losses = record.losses + 1
    record.state, record.lease = 'W', '-'
    if record.losses >= tonumber(ARGV[2]) then
      redis.call('HINCRBY', F .. 'pages:bytes', name, -record.bytes)
      put_page(name, page, record.host, record.entry, ARGV[3], now)
    else
      redis.call('HSET', prefix .. 'taken', page, write_record(record))
      wait_pages(name, {now, page}, now)
    end
  end
end
return count
