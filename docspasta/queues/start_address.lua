-- One of the requests at once to a resolved address.
-- uses: shard.lua
-- KEYS[1] {fNN}:address:<address>  hash  token -> expiry, ms; b: somebody waits
-- ARGV[1] now_ms or ''  ARGV[2] token  ARGV[3] lease, ms  ARGV[4] requests at once
-- Returns 0 when granted, else ms until a slot may be free.
local now, open, free_at = clock(ARGV[1]), 0, nil
local flat = redis.call('HGETALL', KEYS[1])
for i = 1, #flat, 2 do
  if flat[i] ~= 'b' then
    local expiry = tonumber(flat[i + 1])
    if expiry > now then
      open = open + 1
      if not free_at or expiry < free_at then free_at = expiry end
    else redis.call('HDEL', KEYS[1], flat[i]) end
  end
end
if open >= tonumber(ARGV[4]) then
  redis.call('HSET', KEYS[1], 'b', '1')
  return math.max(1, free_at - now)
end
redis.call('HSET', KEYS[1], ARGV[2], now + tonumber(ARGV[3]))
redis.call('PEXPIRE', KEYS[1], 2 * tonumber(ARGV[3]) + 60000)
return 0
