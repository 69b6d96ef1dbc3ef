-- Spend one request of a user's rate: a bucket that refills steadily and holds two seconds' worth (GCRA).
-- KEYS[1] rate:{<user>}  string: when the bucket is full again, ms; it expires then
-- ARGV[1] requests a second
-- ARGV[2] now in ms, '' for the server's time (tests pass a clock)
-- Returns 0 when the request may go on, else the ms to wait.
local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local cost = 1000 / tonumber(ARGV[1])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + cost
if full - now > math.max(2000, cost) then return math.ceil(full - now - math.max(2000, cost)) end
redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil(full - now))
return 0
