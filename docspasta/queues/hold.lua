-- What a host asked of everybody: no request before a time, another delay, a factor of its delay.
-- uses: host.lua
-- KEYS[1] {fNN}:host:<host>  hash  see host.lua
-- ARGV[1] now_ms or ''  ARGV[2] host  ARGV[3] nothing for so many ms, or ''  ARGV[4] Crawl-delay, ms, or ''
-- ARGV[5] multiply the factor by, or ''
local now = clock(ARGV[1])
if ARGV[3] ~= '' then
  local n = tonumber(redis.call('HGET', KEYS[1], 'n') or '0')
  redis.call('HSET', KEYS[1], 'n', math.max(n, now + tonumber(ARGV[3])))
end
if ARGV[4] ~= '' then
  local delay = tonumber(ARGV[4])
  local record = redis.call('HMGET', KEYS[1], 'n', 'd')
  if delay > tonumber(record[2] or '0') and record[1] then
    -- The last start was at most a delay ago: the new delay counts from it.
    redis.call('HSET', KEYS[1], 'n', math.max(tonumber(record[1]), math.min(now, tonumber(record[1])) + delay))
  end
  if delay > 0 then redis.call('HSET', KEYS[1], 'd', delay) else redis.call('HDEL', KEYS[1], 'd') end
end
if ARGV[5] ~= '' then change_factor(ARGV[2], tonumber(ARGV[5])) end
if redis.call('HEXISTS', KEYS[1], 'r') == 0 then
  local n = tonumber(redis.call('HGET', KEYS[1], 'n') or '0')
  redis.call('PEXPIRE', KEYS[1], math.max(0, n - now) + HOST_KEPT)
end
return 1
