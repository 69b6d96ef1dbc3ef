-- Opens a job in one shard, or updates how it wants its hosts treated. An ended job stays ended.
-- uses: shard.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:state  hash  s, delay, open, crawl, trace
-- KEYS[2] {fNN}:installed               string '<identity> <made ms> <held until ms>'
-- ARGV[1] now_ms or ''  ARGV[2] identity for a shard that has none  ARGV[3] '1': Redis forgot the job
-- ARGV[4] then nothing starts for so many ms  ARGV[5] the job's delay, ms  ARGV[6] its requests at once
-- ARGV[7] its JobCrawl, JSON  ARGV[8] traceparent  ARGV[9] state to open it in: open or paused
-- ARGV[10] '1': one that has ended is opened again
-- Returns 1, or 0 when the job is ended.
local now = clock(ARGV[1])
local state = redis.call('HGET', KEYS[1], 's')
if state == 'ended' then
  if ARGV[10] ~= '1' then return 0 end
  redis.call('DEL', KEYS[1])
  state = nil
end
if redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('SET', KEYS[2], ARGV[2] .. ' ' .. now .. ' 0')
  redis.call('PUBLISH', WORK, F)
end
if ARGV[3] == '1' then held_until('forgotten', tonumber(ARGV[4])) end
redis.call('HSET', KEYS[1], 's', state or ARGV[9], 'delay', ARGV[5], 'open', ARGV[6], 'crawl', ARGV[7])
if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], 'trace', ARGV[8]) end
return 1
