-- Opens a paused job again in one shard. `repair` then gives it its turns.
-- KEYS[1] user:<u>:job:<j>:{fNN}:state  hash  s, delay, open, crawl, trace
-- Returns 1 if the job is open now.
local state = redis.call('HGET', KEYS[1], 's')
if state ~= 'open' and state ~= 'paused' then return 0 end
redis.call('HSET', KEYS[1], 's', 'open')
return 1
