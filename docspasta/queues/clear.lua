-- Ends a job in one shard and clears a part of what is left of it; called until it returns 0.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:state    hash  s, delay, open, crawl, trace
-- KEYS[2] user:<u>:job:<j>:{fNN}:taken    hash  page -> record
-- KEYS[3] user:<u>:job:<j>:{fNN}:hosts    set   host
-- KEYS[4] user:<u>:job:<j>:{fNN}:tries    hash  page -> '<attempts> <losses>'
-- KEYS[5] user:<u>:job:<j>:{fNN}:bodies   hash  page -> result
-- KEYS[6] user:<u>:job:<j>:{fNN}:waiting  zset  page -> since, ms
-- KEYS[7] user:<u>:job:<j>:{fNN}:retrying string
-- KEYS[8] user:<u>:job:<j>:{fNN}:asking   hash  page -> how it is asked for
-- also user:<u>:job:<j>:{fNN}:queue:<host> and the shard's pace:<host>, held, due, pages
-- ARGV[1] user/job  ARGV[2] ms that the marker `ended` stays  ARGV[3] hosts and pages a step
local name, part = ARGV[1], tonumber(ARGV[3])
local prefix, user, job = keys_of(name)
if redis.call('HGET', KEYS[1], 's') ~= 'ended' then
  redis.call('UNLINK', KEYS[1])
  redis.call('HSET', KEYS[1], 's', 'ended')
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])

local pages = redis.call('HSCAN', KEYS[2], '0', 'COUNT', part)[2]
for i = 1, #pages, 2 do
  redis.call('ZREM', F .. 'pages:leases', name .. '/' .. pages[i])
  redis.call('HDEL', KEYS[2], pages[i])
end

local hosts = redis.call('SPOP', KEYS[3], part)
for _, host in ipairs(hosts) do
  redis.call('UNLINK', prefix .. 'queue:' .. host)
  local key = F .. 'pace:' .. host
  local text = redis.call('GET', key)
  if text then
    local record = read_host(text)
    local turns, kept, mine = read_turns(record.turns), {}, false
    for _, turn in ipairs(turns) do
      if turn.user == user then
        for i = #turn, 1, -1 do if turn[i] == job then table.remove(turn, i) end end
        mine = #turn > 0
      end
      if #turn > 0 then kept[#kept + 1] = turn end
    end
    record.turns = write_turns(kept)
    local ended = end_leases_of(record, name)
    if ended > 0 then hold_leases(user, -ended) end
    if record.own then record.own[name] = nil end
    if record.turns ~= '' then redis.call('SET', key, write_host(record))
    else redis.call('SET', key, write_host(record), 'PX', 2 * HOST_KEPT) end
    if not mine then redis.call('ZREM', F .. 'due:' .. user, host) end
  end
end
if #hosts > 0 then due_user(user) end
if #pages > 0 or #hosts > 0 then return 1 end

redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8])
redis.call('HDEL', F .. 'pages:bytes', name)
redis.call('ZREM', F .. 'pages:' .. user, job)
if redis.call('EXISTS', F .. 'pages:' .. user) == 0 then redis.call('ZREM', F .. 'pages', user) end
if redis.call('DEL', F .. 'stopped') == 1 then redis.call('PUBLISH', WORK, F) end
return 0
