-- A start token for one more request to a host: its next start is reserved.
-- uses: host.lua
-- KEYS[1] {fNN}:host:<host>  hash  see host.lua
-- KEYS[2] {fNN}:installed    string '<identity> <made ms> <held until ms>'
-- ARGV[1] now_ms or ''  ARGV[2] token, or '' under a taken URL  ARGV[3] lease, ms
-- ARGV[4] least delay, ms  ARGV[5] default delay, ms  ARGV[6] requests at once
-- ARGV[7] user/job of the taken URL, or ''  ARGV[8] its job's delay, ms (0: default)
-- Returns {1, ms to wait} when granted, {0, ms until a place may be free}.
local now, least, usual = clock(ARGV[1]), tonumber(ARGV[4]), tonumber(ARGV[5])
local held = held_until('', usual) or 0
local record = redis.call('HMGET', KEYS[1], 'n', 'd', 'f', 'r', 'j' .. ARGV[7])
if ARGV[2] ~= '' then
  local open, free_at = 0, nil
  local flat = redis.call('HGETALL', KEYS[1])
  for i = 1, #flat, 2 do
    if string.sub(flat[i], 1, 1) == 'o' then
      local expiry = tonumber(string.match(flat[i + 1], '^%d+'))
      if expiry > now then
        open = open + 1
        if not free_at or expiry < free_at then free_at = expiry end
      else redis.call('HDEL', KEYS[1], flat[i]) end
    end
  end
  if open >= tonumber(ARGV[6]) then
    redis.call('HSET', KEYS[1], 'b', '2')
    return {0, free_at - now}
  end
end
local own = tonumber(ARGV[8])
own = math.max(least, own > 0 and own or usual)
local wait = math.max(math.min(own, math.max(least, usual)), tonumber(record[2] or '0')) * tonumber(record[3] or '1')
local n = tonumber(record[1] or '0')
local start = math.max(now, n, held)
if own > wait then
  start = math.max(start, tonumber(record[5] or '0'))
  redis.call('HSET', KEYS[1], 'j' .. ARGV[7], start + own)
end
redis.call('HSET', KEYS[1], 'n', math.ceil(math.max(n + wait, start + 0.95 * wait)))
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'o' .. ARGV[2], (start + tonumber(ARGV[3])) .. ' -') end
if not record[4] then redis.call('PEXPIRE', KEYS[1], start - now + HOST_KEPT) end
return {1, math.ceil(start - now)}
