-- What one shard knows of a job.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:state   hash  s, delay, open, crawl, trace
-- KEYS[2] user:<u>:job:<j>:{fNN}:hosts   set   host
-- KEYS[3] user:<u>:job:<j>:{fNN}:taken   hash  page -> record
-- KEYS[4] user:<u>:job:<j>:{fNN}:bodies  hash  page -> result
-- also {fNN}:installed and queue:<host> of the job
-- ARGV[1] prefix of the job's keys in this shard
-- Returns state ('': nothing of it can be taken here, the job must be opened), queued, leased by crawlers,
-- fetched.
local queued = 0
local state = redis.call('HGET', KEYS[1], 's') or ''
if state ~= 'ended' and redis.call('EXISTS', F .. 'installed') == 0 then state = '' end
for _, host in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  queued = queued + redis.call('ZCARD', ARGV[1] .. 'queue:' .. host)
end
local taken = redis.call('HLEN', KEYS[3])
local fetched = math.min(taken, redis.call('HLEN', KEYS[4]))
return {state, queued, taken - fetched, fetched}
