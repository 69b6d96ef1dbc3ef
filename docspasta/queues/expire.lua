-- Queues again what vanished crawlers held, with a loss each. The fifth loss (three alone) fails the page.
-- uses: host.lua
-- KEYS[1] {fNN}:leases  zset  user/job/page -> expiry, ms
-- also {fNN}:pace:<host>, {fNN}:held, {fNN}:due, {fNN}:pages and the jobs' taken, queue:<host>, again, bodies
-- ARGV[1] now_ms or ''  ARGV[2] losses allowed  ARGV[3] the result `worker_lost`, packed
-- Returns how many were queued again or failed.
local now, news, count = clock(ARGV[1]), false, 0
for _, member in ipairs(call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 200)) do
  local name, page = string.match(member, '^(.*)/(%d+)$')
  local prefix, user = keys_of(name)
  call('ZREM', KEYS[1], member)
  hold_leases(user, -1)
  local record = read_record(call('HGET', prefix .. 'taken', page))
  if record and record.state == 'L' then
    count = count + 1
    if leave(record.host, record.lease, now) then news = true end
    record.losses = record.losses + 1
    if record.losses >= tonumber(ARGV[2]) then put_page(name, page, record, ARGV[3], now)
    elseif queue_again(name, page, record, now) then news = true end
  end
end
if news then call('PUBLISH', WORK, F) end
return count
