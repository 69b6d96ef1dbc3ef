-- What one shard knows of a job.
-- KEYS[1] user:<u>:job:<j>:{fNN}:state   hash  s, delay, open, crawl, trace
-- KEYS[2] user:<u>:job:<j>:{fNN}:hosts   set   host
-- KEYS[3] user:<u>:job:<j>:{fNN}:taken   hash  page -> record
-- KEYS[4] user:<u>:job:<j>:{fNN}:bodies  hash  page -> result
-- ARGV[1] prefix of the job's keys in this shard
-- Returns state, queued, leased by crawlers, fetched.
local queued = 0
for _, host in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  queued = queued + redis.call('ZCARD', ARGV[1] .. 'queue:' .. host)
end
local fetched = redis.call('HLEN', KEYS[4])
return {redis.call('HGET', KEYS[1], 's') or '', queued,
        math.max(0, redis.call('HLEN', KEYS[3]) - fetched), fetched}
