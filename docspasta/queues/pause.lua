-- Pauses a job in one shard: its turns are dropped as they come up.
-- KEYS[1] user:<u>:job:<j>:{fNN}:state  hash  s, delay, open, crawl, trace
-- Returns 1 if the job is paused now.
local state = redis.call('HGET', KEYS[1], 's')
if state ~= 'open' and state ~= 'paused' then return 0 end
redis.call('HSET', KEYS[1], 's', 'paused')
return 1
