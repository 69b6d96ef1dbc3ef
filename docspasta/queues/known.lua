-- Which of these URLs of one job and one host are queued (leased or not), or waiting here. What is found only in
-- part (a key was lost) is forgotten; the host's turns are set again.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:state         hash  s, delay, open, crawl, trace
-- KEYS[2] user:<u>:job:<j>:{fNN}:queue:<host>  zset  entry -> not before, ms
-- KEYS[3] user:<u>:job:<j>:{fNN}:taken         hash  page -> record
-- KEYS[4] user:<u>:job:<j>:{fNN}:hosts         set   host
-- also {fNN}:pages:leases, user:<u>:job:<j>:{fNN}:waiting
-- ARGV[1] user/job  ARGV[2] host  ARGV[3...] entries '<page> <rest>'
-- Returns the positions (from 0) of those that are known.
local name, host = ARGV[1], ARGV[2]
local prefix, user = keys_of(name)
local found = {}
for i = 3, #ARGV do
  local page = string.match(ARGV[i], '^%d+')
  local known = redis.call('ZSCORE', KEYS[2], ARGV[i])
  if not known and redis.call('HEXISTS', KEYS[3], page) == 1 then
    known = redis.call('ZSCORE', prefix .. 'waiting', page)
      or redis.call('ZSCORE', F .. 'pages:leases', name .. '/' .. page)
    known = known and redis.call('HEXISTS', prefix .. 'bodies', page) == 1
    if not known then redis.call('HDEL', KEYS[3], page) end
  end
  if known then found[#found + 1] = i - 3 end
end
local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
if first[2] then
  redis.call('SADD', KEYS[4], host)
  if redis.call('HGET', KEYS[1], 's') == 'open' then
    arm(host, name, tonumber(first[2]))
    due_user(user)
    redis.call('PUBLISH', WORK, F)
  end
end
return found
