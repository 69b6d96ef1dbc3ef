-- What one shard knows of a job.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:state   hash  s, delay, open, crawl, trace
-- KEYS[2] user:<u>:job:<j>:{fNN}:hosts   set   host
-- KEYS[3] user:<u>:job:<j>:{fNN}:taken   hash  page -> record
-- KEYS[4] user:<u>:job:<j>:{fNN}:bodies  hash  page -> result
-- also {fNN}:installed, {fNN}:pace:<host> and queue:<host> of the job
-- ARGV[1] user/job
-- Returns state ('': nothing of it can be taken here, the job must be opened), queued, leased by crawlers,
-- fetched.
local prefix, queued, leased = keys_of(ARGV[1]) .. 'queue:', 0, 0
local state = redis.call('HGET', KEYS[1], 's') or ''
if state ~= 'ended' and redis.call('EXISTS', F .. 'installed') == 0 then state = '' end
for _, host in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  queued = queued + redis.call('ZCARD', prefix .. host)
  for what in each_request(redis.call('GET', F .. 'pace:' .. host)) do
    local name, page = job_of_lease(what)
    if page and name == ARGV[1] then leased = leased + 1 end
  end
end
leased = math.min(queued, leased)
local fetched = math.min(redis.call('HLEN', KEYS[3]), redis.call('HLEN', KEYS[4]))
return {state, queued - leased, leased, fetched}
